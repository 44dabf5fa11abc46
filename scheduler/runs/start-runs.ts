import type { DagSpec } from '../../shared/dag/model.js'
import type { Session } from '../../shared/database/database.js'
import { lockRuns, markRunsStarted, startableRuns, type RunRow } from '../../shared/database/tables/dag-runs.js'
import { insertTaskInstances, taskInstancesOfRun, type TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { decidedAtStart, instancesOf, withLanes, type PlannedInstance } from '../../shared/planning/instances.js'
import type { Lanes } from '../../shared/planning/lanes.js'
import type { Named } from '../../shared/planning/rows.js'
import type { Specs } from '../../shared/planning/specs.js'
import { RunState } from '../../shared/states/run.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { NOTHING_TO_DO, type Work } from '../advance.js'

/** Task instances made, or decided again, in one transaction: what keeps it under a second. A run that is larger by itself still starts whole. */
const MAX_INSTANCES = 20_000
const MAX_RUNS = 500

export interface StartedRuns {
  readonly count: number
  readonly work: Work
}

/**
 * Starts the queued runs of these DAGs as far as `max_active_runs` and the limits of their backfills allow. The caller
 * holds the locks of the DAGs, so that two schedulers never start one run too many.
 */
export async function startRuns(tx: Session, specs: Specs, lanes: Lanes, dagKeys: readonly number[]): Promise<StartedRuns> {
  const startable = await startableRuns(tx, dagKeys, MAX_RUNS)
  const locked = await lockRuns(tx, startable.map(run => run.run_key))
  const versions = await specs.get(tx, [...locked.values()].map(run => run.version_key))
  const started: RunRow[] = []
  const instances: PlannedInstance[] = []
  const touched: Named[] = []
  let size = 0
  for (const { run_key } of startable) {
    const run = locked.get(run_key)
    if (run?.state !== RunState.queued) continue
    if (started.length > 0 && size >= MAX_INSTANCES) break
    started.push(run)
    if (run.started_at !== null) {
      const open = await openInstances(tx, run_key)
      touched.push(...[...new Set(open.map(({ task_id }) => task_id))].map(taskId => ({ runKey: run_key, taskId })))
      size += open.length
      continue
    }
    const spec = versions.get(run.version_key) as DagSpec
    instances.push(...instancesOf(spec, run))
    size += spec.tasks.length
    touched.push(...decidedAtStart(spec).map(({ id }) => ({ runKey: run_key, taskId: id })))
  }
  if (started.length === 0) return { count: 0, work: NOTHING_TO_DO }
  await markRunsStarted(tx, started.map(({ run_key, version_key }) => ({ run_key, timeout: versions.get(version_key)?.timeout ?? null })))
  await insertTaskInstances(tx, await withLanes(tx, lanes, instances))
  return { count: started.length, work: { transitions: [], runs: new Map(started.map(run => [run.run_key, run])), touched, dispatch: true, started: started.map(({ run_key }) => run_key) } }
}

/** A run that ended once and was cleared has its instances already. */
async function openInstances(tx: Session, runKey: number): Promise<TaskInstanceRow[]> {
  return (await taskInstancesOfRun(tx, runKey)).filter(({ state }) => state === TaskState.none)
}
