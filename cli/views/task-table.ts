import { stateColour } from '../output/colour.js'
import { renderTable } from '../output/table.js'
import { shownDuration } from '../output/time.js'
import { foldMapped, type TaskLine } from './fold-mapped.js'
import type { TaskView } from '../../shared/views/run-view.js'

/** `load`, or `load[3]` for an instance of a mapped task. */
export const taskName = ({ task, mapIndex }: Pick<TaskView, 'task' | 'mapIndex'>): string => (mapIndex < 0 ? task : `${task}[${mapIndex}]`)

/** A line for each task instance. */
export const taskTable = (tasks: readonly TaskView[]): string => table(tasks.map(task => lineOf(task)))

/** The same, with the instances of a mapped task in one line. */
export const foldedTaskTable = (tasks: readonly TaskView[]): string => table(foldMapped(tasks, lineOf))

function table(lines: readonly TaskLine[]): string {
  return renderTable<TaskLine>([
    { title: 'TASK', value: line => line.name },
    { title: 'STATE', value: line => line.state, colour: line => stateColour(line.colourOf) },
    { title: 'TRIES', value: line => (runsNowhere(line) ? '–' : line.tries), align: 'right' },
    { title: 'KIND', value: line => line.kind, isMinor: true },
    { title: 'QUEUE', value: line => (runsNowhere(line) ? '–' : line.queue) },
    { title: 'WORKER', value: line => line.worker, isMinor: true },
    { title: 'CONTAINER', value: line => shortHandle(line.container), isMinor: true },
    { title: 'TOOK', value: line => shownDuration(line.durationMs), align: 'right' },
    { title: 'EXIT', value: line => line.exitCode, align: 'right' },
    { title: 'CLASS', value: line => line.failure },
    { title: 'WHY', value: line => line.why, isNote: true },
  ], lines)
}

function lineOf(task: TaskView): TaskLine {
  const newest = task.attempts.at(-1)
  return {
    name: taskName(task), state: task.state, colourOf: task.state, tries: task.tries, kind: task.kind, queue: task.queue, worker: newest?.worker ?? null,
    container: task.container, durationMs: task.durationMs, exitCode: newest?.exitCode ?? null, failure: task.state === 'success' ? null : newest?.reason ?? null, why: why(task),
  }
}

/** What the scheduler does itself has no tries on a worker and no queue. */
const runsNowhere = ({ kind }: TaskLine): boolean => kind === 'wait' || kind === 'trigger' || kind === 'empty'

const shortHandle = (handle: string | null): string => (handle === null ? '' : handle.startsWith('process:') ? handle : handle.slice(0, 12))

/** What its state does not say by itself. */
function why({ state, reason, attempts }: TaskView): string {
  if (state === 'success') return ''
  const detail = attempts.at(-1)?.detail ?? ''
  if (reason === null) return detail
  return detail === '' || reason.includes(detail) ? reason : `${reason}: ${detail}`
}
