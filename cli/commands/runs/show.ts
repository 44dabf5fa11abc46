import type { Command } from 'commander'
import { withDatabase } from '../../database.js'
import { paint, stateColour } from '../../output/colour.js'
import { print, printJson } from '../../output/print.js'
import { renderFields } from '../../output/table.js'
import { shownDuration } from '../../output/time.js'
import { clientSettings } from '../../settings.js'
import { readRun } from '../../views/read-run.js'
import type { RunView } from '../../views/run-view.js'
import { taskTable } from '../../views/task-table.js'

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .argument('<run>', 'id of the run')
    .option('--json', 'print the run with its tasks and their attempts as JSON')
    .action(async (dag: string, run: string, { json }: { json?: boolean }) => {
      const view = await withDatabase(clientSettings(command).config, database => readRun(database, dag, run))
      if (json === true) printJson(view)
      else print(`${describe(view)}\n\n${view.tasks.length === 0 ? 'It has not started yet.' : taskTable(view.tasks)}`)
    })
}

function describe(view: RunView): string {
  return renderFields([
    ['dag', view.dag], ['run', view.run], ['state', paint(view.state, stateColour(view.state))], ['type', view.type], ['logical date', view.logicalDate],
    ['data interval', `${view.dataIntervalStart} – ${view.dataIntervalEnd}`], ['params', JSON.stringify(view.params)],
    ['started', view.startedAt], ['ended', view.endedAt], ['took', shownDuration(view.durationMs)],
  ])
}
