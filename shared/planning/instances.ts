import { graphOf } from '../dag/graph.js'
import type { DagSpec, TaskSpec } from '../dag/model.js'
import { effectiveWeights } from '../dag/weights.js'
import type { Session } from '../database/database.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import type { NewTaskInstance } from '../database/tables/task-instances.js'
import { TaskState } from '../states/task-instance.js'
import { laneOf, type Lanes } from './lanes.js'
import { brokerPriority } from './priority.js'

/** An instance as the DAG asks for it; its lane is found, or made, when it is inserted. */
export interface PlannedInstance extends Omit<NewTaskInstance, 'lane_key'> {
  readonly task: TaskSpec
}

/** The task instances with which a run starts. What waits for nothing and needs no more than a slot is scheduled at once. */
export function instancesOf(spec: DagSpec, { run_key, dag_key }: Pick<RunRow, 'run_key' | 'dag_key'>): PlannedInstance[] {
  const weights = effectiveWeights(spec)
  const { upstream } = graphOf(spec)
  return spec.tasks.map(task => ({
    task, run_key, dag_key, task_id: task.id, map_index: -1, queue: task.queue, broker_priority: brokerPriority(weights.get(task.id)?.weight ?? task.priorityWeight),
    up_total: upstream.get(task.id)?.length ?? 0, state: waitsForNothing(task) && isPlain(task) ? TaskState.scheduled : TaskState.none,
  }))
}

export async function withLanes(tx: Session, lanes: Lanes, planned: readonly PlannedInstance[]): Promise<NewTaskInstance[]> {
  const keys = await lanes.ensure(tx, planned.map(({ task, dag_key, run_key }) => laneOf(task, dag_key, run_key)))
  return planned.map(({ task: _, ...instance }, index) => ({ ...instance, lane_key: keys[index] as number }))
}

/** Tasks that must be decided when their run starts, although nothing upstream of them ends. */
export const decidedAtStart = ({ tasks }: DagSpec): TaskSpec[] => tasks.filter(task => waitsForNothing(task) && !isPlain(task))

const waitsForNothing = ({ after, triggerRule }: TaskSpec): boolean => after.length === 0 || triggerRule === 'always'

/** What needs no more than a slot on a worker; everything else is decided like a task whose upstream has ended. */
const isPlain = ({ kind, map, dependsOnPast }: TaskSpec): boolean => (kind === 'container' || kind === 'process') && map === null && !dependsOnPast
