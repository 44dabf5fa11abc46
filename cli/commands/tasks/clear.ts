import type { Command } from 'commander'
import { addRuns, addTasks, readRuns, readTasks, type RunOptions, type TaskOptions } from '../../reruns/choices.js'
import { addPerform, performFor, type PerformOptions } from '../../reruns/perform.js'

interface Options extends RunOptions, TaskOptions, PerformOptions {
  readonly latest?: boolean
  readonly force?: boolean
}

export function define(command: Command): void {
  command.argument('<dag>', 'id of the DAG').argument('[task...]', 'ids of tasks or groups; default: all')
  addPerform(addTasks(addRuns(command))
    .option('--failed', 'only what is failed, upstream_failed or cancelled')
    .option('--latest', 'move the runs to the newest version of the DAG first')
    .option('--force', 'stop what is active, and run it again'))
    .action(async (dag: string, tasks: string[], options: Options) => {
      const choice = readTasks(tasks, options)
      const runs = readRuns(options, '--run RUN')
      await performFor(command, options, 'run again', (port, dryRun) => port.clear({ dag, runs, tasks: choice, latest: options.latest === true, force: options.force === true, dryRun }))
    })
}
