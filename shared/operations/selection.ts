import { reachable, type DagGraph } from '../dag/graph.js'
import type { TaskInstanceRow } from '../database/tables/task-instances.js'
import { LongshoreError } from '../errors.js'
import { TaskState } from '../states/task-instance.js'
import { didYouMean } from './find.js'

/** Which task instances of its runs an operation is about. */
export interface TaskChoice {
  /** Ids of tasks or of groups; none means all. */
  readonly tasks: readonly string[]
  readonly upstream: boolean
  readonly downstream: boolean
  /** Only what did not come through: failed, upstream_failed, cancelled. */
  readonly failed: boolean
  /** Of the tasks named, only this instance. */
  readonly mapIndex: number | null
}

export const EVERY_TASK: TaskChoice = { tasks: [], upstream: false, downstream: false, failed: false, mapIndex: null }

const NOT_THROUGH: readonly TaskState[] = [TaskState.failed, TaskState.upstreamFailed, TaskState.cancelled]

/** The tasks named, and what lies up- and downstream of them as far as asked. A name that this version of the DAG does not have chooses nothing. */
export function chooseTasks(graph: DagGraph, { tasks, upstream, downstream }: TaskChoice): ReadonlySet<string> {
  if (tasks.length === 0) return new Set(graph.tasks.keys())
  const named = namedTasks(graph, tasks)
  return new Set([...named, ...(upstream ? reachable(graph.upstream, named) : []), ...(downstream ? reachable(graph.downstream, named) : [])])
}

/** The instances that are chosen; what a map has no place for any more never is. */
export function chooseInstances(graph: DagGraph, choice: TaskChoice, instances: readonly TaskInstanceRow[]): TaskInstanceRow[] {
  const tasks = chooseTasks(graph, choice)
  const named = new Set(choice.tasks.length === 0 ? tasks : namedTasks(graph, choice.tasks))
  return instances.filter(({ task_id, map_index, state, is_removed }) => is_removed !== 1 && tasks.has(task_id)
    && (!choice.failed || NOT_THROUGH.includes(state)) && (choice.mapIndex === null || !named.has(task_id) || map_index === choice.mapIndex))
}

/** Whether one of the tasks named has the instance that is asked for. */
export function hasMapIndex(graph: DagGraph, { tasks, mapIndex }: TaskChoice, instances: readonly TaskInstanceRow[]): boolean {
  const named = new Set(namedTasks(graph, tasks))
  return mapIndex === null || instances.some(({ task_id, map_index, is_removed }) => map_index === mapIndex && is_removed !== 1 && named.has(task_id))
}

const namedTasks = (graph: DagGraph, names: readonly string[]): string[] =>
  names.flatMap(name => (graph.tasks.has(name) ? [name] : [...graph.tasks.keys()].filter(id => id.startsWith(`${name}.`))))

/**
 * Refuses names that none of these versions of a DAG has.
 * @throws LongshoreError LS_TASK_NOT_FOUND
 */
export function refuseUnknownTasks(graphs: readonly DagGraph[], { tasks }: TaskChoice): void {
  const unknown = tasks.find(name => graphs.every(graph => namedTasks(graph, [name]).length === 0))
  if (unknown === undefined) return
  const known = new Set(graphs.flatMap(graph => [...graph.tasks.keys()].flatMap(id => [id, ...groupsOf(id)])))
  throw new LongshoreError('LS_TASK_NOT_FOUND', `there is no task or group '${unknown}' in the DAG${didYouMean(unknown, known)}`, { hint: 'See `longshore dags show` for its tasks.' })
}

/** `a` and `a.b` of `a.b.c`. */
const groupsOf = (id: string): string[] => id.split('.').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('.'))
