import type { TaskView } from '../../shared/views/run-view.js'
import { WORST_FIRST } from '../../shared/views/worst-first.js'

/** What a table shows of one task instance, or of all instances of a mapped task. */
export interface TaskLine {
  readonly name: string
  readonly state: string
  /** The state whose colour it has. */
  readonly colourOf: string
  readonly tries: number
  readonly kind: string | null
  readonly queue: string
  readonly worker: string | null
  readonly container: string | null
  readonly durationMs: number | null
  readonly exitCode: number | null
  /** How the newest attempt ended, when the task has not succeeded: `exited`, `oom`, `timeout`… */
  readonly failure: string | null
  readonly why: string
}

/** `load[0..9]` with the number of instances in each state, for a mapped task of more than one instance; other tasks as `single` has them. Pure. */
export function foldMapped(tasks: readonly TaskView[], single: (task: TaskView) => TaskLine): TaskLine[] {
  const groups = new Map<string, TaskView[]>()
  for (const task of tasks) {
    const group = groups.get(task.task)
    if (group === undefined) groups.set(task.task, [task])
    else group.push(task)
  }
  return [...groups.values()].map(group => (group.length === 1 ? single(group[0] as TaskView) : fold(group, single)))
}

function fold(group: readonly TaskView[], single: (task: TaskView) => TaskLine): TaskLine {
  const counts = new Map<string, number>()
  for (const { state } of group) counts.set(state, (counts.get(state) ?? 0) + 1)
  const states = WORST_FIRST.filter(state => counts.has(state))
  const worst = group.find(({ state }) => state === states[0]) ?? group[0] as TaskView
  const { kind, queue, failure, why } = single(worst)
  return {
    name: `${worst.task}[${indexes(group)}]`, state: `${group.length}: ${[...states].reverse().map(state => `${counts.get(state)} ${state}`).join(', ')}`, colourOf: worst.state,
    tries: Math.max(...group.map(({ tries }) => tries)), kind, queue, worker: null, container: null, durationMs: span(group), exitCode: null, failure,
    why: why === '' ? '' : `[${worst.mapIndex}] ${why}`,
  }
}

function indexes(group: readonly TaskView[]): string {
  const all = group.map(({ mapIndex }) => mapIndex)
  return `${Math.min(...all)}..${Math.max(...all)}`
}

/** From the first start to the last end; null while any has not ended. */
function span(group: readonly TaskView[]): number | null {
  const started = group.flatMap(({ startedAt }) => (startedAt === null ? [] : [Date.parse(startedAt)]))
  if (started.length === 0 || group.some(({ endedAt }) => endedAt === null)) return null
  return Math.max(...group.map(({ endedAt }) => Date.parse(endedAt as string))) - Math.min(...started)
}
