import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, the longest first. Vitest learns this only by a first run, and a fresh clone has had none. */
const LONGEST = [
  'test/faults/worker-restart.test.ts', 'test/faults/worker-killed.test.ts', 'test/scheduler/limits.test.ts', 'test/cli/adhoc.test.ts', 'test/cli/standalone.test.ts', 'test/scheduler/runs.test.ts',
  'test/worker/health.test.ts', 'test/cli/dags-files.test.ts', 'test/cli/refusals.test.ts', 'test/faults/docker-outages.test.ts', 'test/examples/stocks.test.ts', 'test/examples/examples.test.ts',
  'test/cli/workers.test.ts', 'test/model/propagation.test.ts', 'test/cli/backfill.test.ts', 'test/scheduler/recovery.test.ts', 'test/scheduler/mapping.test.ts', 'test/faults/large-logs.test.ts',
  'test/faults/redis-flushed.test.ts', 'test/operations/clear.test.ts', 'shared/time/timetable.property.test.ts', 'test/faults/scheduler-killed.test.ts', 'test/faults/worker-versions.test.ts',
]

/** Long files first, so that none of them is left to run alone at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex(name => moduleId.endsWith(`/${name}`))
      return place < 0 ? LONGEST.length : place
    }
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other))
  }
}
