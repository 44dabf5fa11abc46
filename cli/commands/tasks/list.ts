import type { Command } from 'commander'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'
import { taskTable } from '../../views/task-table.js'

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .argument('<run>', 'id of the run')
    .option('--json', 'print the tasks, as in `runs show`, as a JSON array')
    .action(async (dag: string, run: string, { json }: { json?: boolean }) => {
      const { tasks } = await on(command, 'runs', port => port.show(dag, run))
      if (json === true) printJson(tasks)
      else if (tasks.length > 0) print(taskTable(tasks))
      else note('The run has not started yet.')
    })
}
