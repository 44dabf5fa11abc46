import { graphOf } from '../dag/graph.js'
import type { Session } from '../database/database.js'
import { finishedRuns, markRunsEnded } from '../database/tables/dag-runs.js'
import { failuresOfRuns } from '../database/tables/task-instances.js'
import { RunState } from '../states/run.js'
import type { LockedRun } from './propagate.js'

/**
 * Ends the runs among `runKeys` in which nothing is left to do. A run fails when one of its leaf tasks did not come through,
 * as in Airflow; one that a person or its timeout wanted to end in a certain way ends so.
 */
export async function endRuns(tx: Session, runs: ReadonlyMap<number, LockedRun>, runKeys: readonly number[]): Promise<ReadonlyMap<number, RunState>> {
  const finished = await finishedRuns(tx, runKeys)
  const outcomes = new Map<number, RunState>(finished.map(runKey => [runKey, RunState.success]))
  for (const { run_key, task_id } of await failuresOfRuns(tx, finished)) {
    if (graphOf((runs.get(run_key) as LockedRun).spec).leaves.includes(task_id)) outcomes.set(run_key, RunState.failed)
  }
  for (const runKey of finished) outcomes.set(runKey, runs.get(runKey)?.run.wanted ?? outcomes.get(runKey) as RunState)
  await markRunsEnded(tx, outcomes)
  return outcomes
}
