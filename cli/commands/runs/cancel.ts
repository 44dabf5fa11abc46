import type { Command } from 'commander'
import { LongshoreError } from '../../../shared/errors.js'
import { addDates, readRuns, type RunOptions } from '../../reruns/choices.js'
import { addPerform, performFor, type PerformOptions } from '../../reruns/perform.js'

interface Options extends Omit<RunOptions, 'run'>, PerformOptions {
  readonly allRunning?: boolean
}

export function define(command: Command): void {
  command.argument('<dag>', 'id of the DAG').argument('[run...]', 'ids of runs')
  addPerform(addDates(command).option('--all-running', 'all runs that are queued or running'))
    .action(async (dag: string, run: string[], options: Options) => {
      const isAll = options.allRunning === true
      if (isAll && (run.length > 0 || options.from !== undefined || options.to !== undefined)) throw new LongshoreError('LS_USAGE', '--all-running goes without runs and dates')
      const runs = isAll ? { kind: 'unfinished' as const } : readRuns({ ...options, run }, 'RUN or --all-running')
      await performFor(command, options, 'cancelled', (port, dryRun) => port.cancel({ dag, runs, tasks: null, dryRun }))
    })
}
