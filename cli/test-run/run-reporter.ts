import type { LogFrame } from '../../shared/broker/live-log.js'
import { paint, stateColour } from '../output/colour.js'
import { note } from '../output/print.js'
import type { RunView, TaskView } from '../../shared/views/run-view.js'
import { taskName } from '../views/task-table.js'

const UNREMARKABLE: ReadonlySet<string> = new Set(['none', 'scheduled', 'queued'])
const LINES_OF_LOG = 50

/** Says on standard error what happens to the tasks of a run, a line for each change of state. */
export class RunReporter {
  readonly #states = new Map<string, string>()

  update({ tasks }: RunView): void {
    const width = Math.max(...tasks.map(task => taskName(task).length))
    for (const task of tasks) {
      const name = taskName(task)
      const state = `${task.state} ${task.tries}`
      if (this.#states.get(name) === state) continue
      this.#states.set(name, state)
      if (UNREMARKABLE.has(task.state)) continue
      const why = task.state === 'success' || task.reason === null ? '' : `  ${task.reason}`
      note(`${new Date().toTimeString().slice(0, 8)}  ${name.padEnd(width)}  ${paint(task.state, stateColour(task.state), process.stderr)}${why}`)
    }
  }

  failure(task: TaskView, frames: readonly LogFrame[]): void {
    const shown = frames.slice(-LINES_OF_LOG)
    const left = frames.length - shown.length
    note(`\n${paint(taskName(task), 'bold', process.stderr)} printed${shown.length === 0 ? ' nothing' : left > 0 ? `, at the end (${left} lines before)` : ''}:`)
    for (const frame of shown) note(`  ${frame.text}`)
  }
}
