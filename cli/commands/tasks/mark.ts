import { Option, type Command } from 'commander'
import { MARKS, type MarkState } from '../../../shared/operations/plan-mark.js'
import { addRuns, addTasks, readRuns, readTasks, type RunOptions, type TaskOptions } from '../../reruns/choices.js'
import { addPerform, performFor, type PerformOptions } from '../../reruns/perform.js'

interface Options extends RunOptions, TaskOptions, PerformOptions {
  readonly state: MarkState
  readonly force?: boolean
}

export function define(command: Command): void {
  command.argument('<dag>', 'id of the DAG').argument('<task...>', 'ids of tasks or groups')
    .addOption(new Option('--state <state>', 'as what they shall count').choices(MARKS).makeOptionMandatory())
  addPerform(addTasks(addRuns(command))
    .option('--force', 'stop what is active first'))
    .action(async (dag: string, tasks: string[], options: Options) => {
      const choice = readTasks(tasks, options)
      const runs = readRuns(options, '--run RUN')
      await performFor(command, options, `marked ${options.state}`, (port, dryRun) => port.mark({ dag, runs, tasks: choice, state: options.state, force: options.force === true, dryRun }))
    })
}
