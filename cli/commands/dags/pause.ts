import type { Command } from 'commander'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .option('--json', 'print {dag, paused, changed}')
    .action(async (dag: string, { json }: { json?: boolean }) => {
      const changed = await on(command, 'dags', port => port.setPaused(dag, true))
      if (json === true) printJson({ dag, paused: true, changed })
      else print(changed ? `${dag} is paused: no run and no task of it starts; tasks that run go on.` : `${dag} was paused already.`)
    })
}
