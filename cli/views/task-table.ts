import { stateColour } from '../output/colour.js'
import { renderTable } from '../output/table.js'
import { shownDuration } from '../output/time.js'
import type { TaskView } from './run-view.js'

/** `load`, or `load[3]` for an instance of a mapped task. */
export const taskName = ({ task, mapIndex }: Pick<TaskView, 'task' | 'mapIndex'>): string => (mapIndex < 0 ? task : `${task}[${mapIndex}]`)

export function taskTable(tasks: readonly TaskView[]): string {
  return renderTable<TaskView>([
    { title: 'TASK', value: taskName },
    { title: 'STATE', value: task => task.state, colour: task => stateColour(task.state) },
    { title: 'TRIES', value: task => task.tries, align: 'right' },
    { title: 'KIND', value: task => task.kind },
    { title: 'QUEUE', value: task => task.queue },
    { title: 'WORKER', value: task => task.attempts.at(-1)?.worker },
    { title: 'CONTAINER', value: task => shortHandle(task.container) },
    { title: 'TOOK', value: task => shownDuration(task.durationMs), align: 'right' },
    { title: 'EXIT', value: task => task.attempts.at(-1)?.exitCode, align: 'right' },
    { title: 'WHY', value: why },
  ], tasks)
}

const shortHandle = (handle: string | null): string => (handle === null ? '' : handle.startsWith('process:') ? handle : handle.slice(0, 12))

/** What its state does not say by itself. */
function why({ state, reason, attempts }: TaskView): string {
  if (state === 'success') return ''
  const detail = attempts.at(-1)?.detail ?? ''
  if (reason === null) return detail
  return detail === '' || reason.includes(detail) ? reason : `${reason}: ${detail}`
}
