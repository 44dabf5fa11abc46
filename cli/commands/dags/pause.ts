import type { Command } from 'commander'
import { setPaused } from '../../../shared/operations/set-paused.js'
import { operate } from '../../operate.js'
import { print, printJson } from '../../output/print.js'
import { clientSettings } from '../../settings.js'

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .option('--json', 'print {dag, paused, changed}')
    .action(async (dag: string, { json }: { json?: boolean }) => {
      const changed = await operate(clientSettings(command).config, database => setPaused(database, dag, true))
      if (json === true) printJson({ dag, paused: true, changed })
      else print(changed ? `${dag} is paused: no run and no task of it starts; tasks that run go on.` : `${dag} was paused already.`)
    })
}
