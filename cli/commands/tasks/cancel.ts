import type { Command } from 'commander'
import { cancelTasks } from '../../../shared/operations/cancel-tasks.js'
import { addRuns, addTasks, readRuns, readTasks, type RunOptions, type TaskOptions } from '../../reruns/choices.js'
import { addPerform, performFor, type PerformOptions } from '../../reruns/perform.js'
import { currentUser } from '../../user.js'

type Options = RunOptions & TaskOptions & PerformOptions

export function define(command: Command): void {
  command.argument('<dag>', 'id of the DAG').argument('<task...>', 'ids of tasks or groups')
  addPerform(addTasks(addRuns(command)))
    .action(async (dag: string, tasks: string[], options: Options) => {
      const choice = readTasks(tasks, options)
      await performFor(command, options, 'cancelled', async (database, config, dryRun) =>
        cancelTasks(database, config, { dag, runs: await readRuns(database, dag, options, '--run RUN'), tasks: choice, dryRun, by: currentUser() }))
    })
}
