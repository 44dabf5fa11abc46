import type { Command } from 'commander'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .option('--json', 'print {dag, paused, changed}')
    .action(async (dag: string, { json }: { json?: boolean }) => {
      const changed = await on(command, 'dags', port => port.setPaused(dag, false))
      if (json === true) printJson({ dag, paused: false, changed })
      else print(changed ? `${dag} is not paused any more.` : `${dag} was not paused.`)
    })
}
