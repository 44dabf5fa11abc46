import { graphOf } from '../../shared/dag/graph.js'
import type { DagSpec } from '../../shared/dag/model.js'
import type { Session } from '../../shared/database/database.js'
import { lockRuns, markRunsStarted, startableRuns } from '../../shared/database/tables/dag-runs.js'
import { insertTaskInstances, type NewTaskInstance } from '../../shared/database/tables/task-instances.js'
import { RunState } from '../../shared/states/run.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { brokerPriority } from '../plan/priority.js'
import type { Specs } from '../plan/specs.js'

/** Task instances made in one transaction: what keeps it under a second. A run that is larger by itself still starts whole. */
const MAX_INSTANCES = 20_000
const MAX_RUNS = 500

/**
 * Starts the queued runs of these DAGs as far as `max_active_runs` allows, and returns how many. The caller holds the locks
 * of the DAGs, so that two schedulers never start one run too many.
 */
export async function startRuns(tx: Session, specs: Specs, dagKeys: readonly number[]): Promise<number> {
  const startable = await startableRuns(tx, dagKeys, MAX_RUNS)
  const locked = await lockRuns(tx, startable.map(run => run.run_key))
  const versions = await specs.get(tx, startable.map(run => run.version_key))
  const started: number[] = []
  const instances: NewTaskInstance[] = []
  for (const { run_key, dag_key, version_key } of startable) {
    if (locked.get(run_key)?.state !== RunState.queued) continue
    if (started.length > 0 && instances.length >= MAX_INSTANCES) break
    started.push(run_key)
    instances.push(...instancesOf(versions.get(version_key) as DagSpec, run_key, dag_key))
  }
  if (started.length === 0) return 0
  await markRunsStarted(tx, started)
  await insertTaskInstances(tx, instances)
  return started.length
}

/** What waits for nothing is scheduled at once. */
function instancesOf(spec: DagSpec, runKey: number, dagKey: number): NewTaskInstance[] {
  const roots = new Set(graphOf(spec).roots)
  return spec.tasks.map(task => ({
    run_key: runKey, dag_key: dagKey, task_id: task.id, queue: task.queue, broker_priority: brokerPriority(task.priorityWeight),
    state: roots.has(task.id) || task.triggerRule === 'always' ? TaskState.scheduled : TaskState.none,
  }))
}
