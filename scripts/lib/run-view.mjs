import { say } from './say.mjs'

const COLOURS = { success: 32, failed: 31, upstream_failed: 31, cancelled: 31, running: 36, skipped: 33, up_for_retry: 33, up_for_reschedule: 33 }
const QUIET = new Set(['none', 'scheduled'])

/** Shows a run as it goes: a line for each change of a task, a table at the end. */
export class RunView {
  #states = new Map()

  update({ tasks }) {
    for (const task of tasks) {
      const { state } = task
      const id = nameOf(task)
      if (this.#states.get(id) === state) continue
      this.#states.set(id, state)
      if (!QUIET.has(state)) say(`  ${new Date().toTimeString().slice(0, 8)}  ${id.padEnd(28)} ${paint(state)}`)
    }
  }

  finish({ run, state, tasks }) {
    const rows = [['task', 'state', 'tries', 'kind', 'time'], ...tasks.map(task => [nameOf(task), task.state, String(task.tries), task.kind ?? '', duration(task)])]
    const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)))
    say('')
    for (const row of rows) say(`  ${row.map((cell, column) => (column === 1 ? paint(cell, cell.padEnd(widths[column])) : cell.padEnd(widths[column]))).join('  ')}`.trimEnd())
    say(`\n  ${run}: ${paint(state)}`)
  }
}

/** Mapped tasks have an index each. */
const nameOf = ({ task, mapIndex }) => (mapIndex === undefined || mapIndex === null || mapIndex < 0 ? task : `${task}[${mapIndex}]`)

function duration({ startedAt, endedAt }) {
  return startedAt && endedAt ? `${((new Date(endedAt) - new Date(startedAt)) / 1000).toFixed(2)} s` : ''
}

function paint(state, text = state) {
  const colour = COLOURS[state]
  return process.stderr.isTTY && colour !== undefined && !process.env.NO_COLOR ? `\x1b[${colour}m${text}\x1b[0m` : text
}
