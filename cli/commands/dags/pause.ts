import type { Command } from 'commander'
import { setPaused } from '../../operations/set-paused.js'
import { print, printJson } from '../../output/print.js'
import { clientSettings } from '../../settings.js'

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .option('--json', 'print {dag, paused, changed}')
    .action(async (dag: string, { json }: { json?: boolean }) => {
      const changed = await setPaused(clientSettings(command).config, dag, true)
      if (json === true) printJson({ dag, paused: true, changed })
      else print(changed ? `${dag} is paused: no more runs of it start; what runs goes on.` : `${dag} was paused already.`)
    })
}
