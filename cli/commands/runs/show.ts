import type { Command } from 'commander'
import { on } from '../../installation.js'
import { paint, stateColour } from '../../output/colour.js'
import { print, printJson } from '../../output/print.js'
import { renderFields } from '../../output/table.js'
import { shownDuration } from '../../output/time.js'
import { usedText } from '../../views/used-text.js'
import type { RunView } from '../../../shared/views/run-view.js'
import { foldedTaskTable, taskTable } from '../../views/task-table.js'

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .argument('<run>', 'id of the run')
    .option('--all', 'a line for each instance of a mapped task')
    .option('--json', 'print the run with its tasks and their attempts as JSON')
    .action(async (dag: string, run: string, { all, json }: { all?: boolean; json?: boolean }) => {
      const view = await on(command, 'runs', port => port.show(dag, run))
      if (json === true) printJson(view)
      else print(`${describe(view, all === true)}\n\n${view.tasks.length === 0 ? 'It has not started yet.' : (all === true ? taskTable : foldedTaskTable)(view.tasks)}`)
    })
}

function describe(view: RunView, all: boolean): string {
  return renderFields([
    ['dag', view.dag], ['run', view.run], ['state', paint(view.state, stateColour(view.state))], ['type', view.type], ['logical date', view.logicalDate],
    ['data interval', `${view.dataIntervalStart} – ${view.dataIntervalEnd}`], ['params', JSON.stringify(view.params)],
    ['why', view.reason], ['backfill', view.backfill], ['deadline', deadlineText(view)], ['given up at', view.timeoutAt],
    ['started', view.startedAt], ['ended', view.endedAt], ['took', shownDuration(view.durationMs)],
    ['used', all ? usedText(view.tasks) : null],
  ])
}

const deadlineText = ({ deadlineAt, deadlineMissed }: RunView): string | null =>
  (deadlineAt === null ? null : `${deadlineAt}${deadlineMissed ? paint(', missed', 'red') : ''}`)
