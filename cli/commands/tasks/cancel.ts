import type { Command } from 'commander'
import { addRuns, addTasks, readRuns, readTasks, type RunOptions, type TaskOptions } from '../../reruns/choices.js'
import { addPerform, performFor, type PerformOptions } from '../../reruns/perform.js'

type Options = RunOptions & TaskOptions & PerformOptions

export function define(command: Command): void {
  command.argument('<dag>', 'id of the DAG').argument('<task...>', 'ids of tasks or groups')
  addPerform(addTasks(addRuns(command)))
    .action(async (dag: string, tasks: string[], options: Options) => {
      const choice = readTasks(tasks, options)
      const runs = readRuns(options, '--run RUN')
      await performFor(command, options, 'cancelled', (port, dryRun) => port.cancel({ dag, runs, tasks: choice, dryRun }))
    })
}
