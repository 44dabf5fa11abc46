import { graphOf } from '../../shared/dag/graph.js'
import type { DagSpec, TaskSpec } from '../../shared/dag/model.js'
import { effectiveWeights } from '../../shared/dag/weights.js'
import type { Session } from '../../shared/database/database.js'
import { lockRuns, markRunsStarted, startableRuns, type RunRow } from '../../shared/database/tables/dag-runs.js'
import { insertTaskInstances, taskInstancesOfRun, type NewTaskInstance } from '../../shared/database/tables/task-instances.js'
import { laneOf, type Lanes } from '../../shared/planning/lanes.js'
import { brokerPriority } from '../../shared/planning/priority.js'
import type { Named } from '../../shared/planning/rows.js'
import type { Specs } from '../../shared/planning/specs.js'
import { RunState } from '../../shared/states/run.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { NOTHING_TO_DO, type Work } from '../advance.js'

/** Task instances made in one transaction: what keeps it under a second. A run that is larger by itself still starts whole. */
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
  const versions = await specs.get(tx, startable.map(run => run.version_key))
  const started: RunRow[] = []
  const instances: (Omit<NewTaskInstance, 'lane_key'> & { readonly task: TaskSpec })[] = []
  const touched: Named[] = []
  for (const { run_key } of startable) {
    const run = locked.get(run_key)
    if (run?.state !== RunState.queued) continue
    if (started.length > 0 && instances.length >= MAX_INSTANCES) break
    started.push(run)
    if (run.started_at !== null) {
      touched.push(...await clearedTasks(tx, run_key))
      continue
    }
    const spec = versions.get(run.version_key) as DagSpec
    instances.push(...instancesOf(spec, run))
    touched.push(...spec.tasks.filter(task => waitsForNothing(task) && !isPlain(task)).map(({ id }) => ({ runKey: run_key, taskId: id })))
  }
  if (started.length === 0) return { count: 0, work: NOTHING_TO_DO }
  await markRunsStarted(tx, started.map(({ run_key, version_key }) => ({ run_key, timeout: versions.get(version_key)?.timeout ?? null })))
  const laneKeys = await lanes.ensure(tx, instances.map(({ task, dag_key, run_key }) => laneOf(task, dag_key, run_key)))
  await insertTaskInstances(tx, instances.map(({ task: _, ...instance }, index) => ({ ...instance, lane_key: laneKeys[index] as number })))
  return { count: started.length, work: { transitions: [], runs: new Map(started.map(run => [run.run_key, run])), touched, dispatch: true } }
}

/** A run that ended once and was cleared has its instances already. */
async function clearedTasks(tx: Session, runKey: number): Promise<Named[]> {
  const open = (await taskInstancesOfRun(tx, runKey)).filter(({ state }) => state === TaskState.none)
  return [...new Set(open.map(({ task_id }) => task_id))].map(taskId => ({ runKey, taskId }))
}

const waitsForNothing = ({ after, triggerRule }: TaskSpec): boolean => after.length === 0 || triggerRule === 'always'

/** What needs no more than a slot on a worker; everything else is decided like a task whose upstream has ended. */
const isPlain = ({ kind, map, dependsOnPast }: TaskSpec): boolean => (kind === 'container' || kind === 'process') && map === null && !dependsOnPast

/** What waits for nothing is scheduled at once. */
function instancesOf(spec: DagSpec, { run_key, dag_key }: RunRow): (Omit<NewTaskInstance, 'lane_key'> & { readonly task: TaskSpec })[] {
  const weights = effectiveWeights(spec)
  const { upstream } = graphOf(spec)
  return spec.tasks.map(task => ({
    task, run_key, dag_key, task_id: task.id, map_index: -1, queue: task.queue, broker_priority: brokerPriority(weights.get(task.id)?.weight ?? task.priorityWeight),
    up_total: upstream.get(task.id)?.length ?? 0, state: waitsForNothing(task) && isPlain(task) ? TaskState.scheduled : TaskState.none,
  }))
}
