import type { Command } from 'commander'
import { EVERY_TASK } from '../../../shared/operations/selection.js'
import { addDates, readRuns, type RunOptions } from '../../reruns/choices.js'
import { addPerform, performFor, type PerformOptions } from '../../reruns/perform.js'

interface Options extends Omit<RunOptions, 'run'>, PerformOptions {
  readonly failed?: boolean
  readonly latest?: boolean
  readonly force?: boolean
}

export function define(command: Command): void {
  command.argument('<dag>', 'id of the DAG').argument('[run...]', 'ids of runs')
  addPerform(addDates(command)
    .option('--failed', 'only the tasks that are failed, upstream_failed or cancelled')
    .option('--latest', 'move the runs to the newest version of the DAG first')
    .option('--force', 'stop what is active, and run it again'))
    .action(async (dag: string, run: string[], options: Options) => {
      const runs = readRuns({ ...options, run }, 'RUN')
      const tasks = { ...EVERY_TASK, failed: options.failed === true }
      await performFor(command, options, 'run again', (port, dryRun) => port.clear({ dag, runs, tasks, latest: options.latest === true, force: options.force === true, dryRun }))
    })
}
