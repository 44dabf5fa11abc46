import type { Command } from 'commander'
import { LongshoreError } from '../../shared/errors.js'
import type { TaskChoice } from '../../shared/operations/selection.js'
import { countFromZero } from '../count-option.js'
import type { WantedRuns } from '../ports/runs.js'

export interface RunOptions {
  readonly run?: readonly string[]
  readonly from?: string
  readonly to?: string
}

export interface TaskOptions {
  readonly upstream?: boolean
  readonly downstream?: boolean
  readonly failed?: boolean
  readonly mapIndex?: number
}

const collect = (text: string, before: readonly string[] = []): string[] => [...before, text]

export function addDates(command: Command): Command {
  return command
    .option('--from <date>', 'runs from this logical date on; in the zone of the DAG unless it names its own')
    .option('--to <date>', 'runs up to this logical date, which is included')
}

export function addRuns(command: Command): Command {
  return addDates(command.option('--run <run>', 'id of the run; may be repeated', collect))
}

export function addTasks(command: Command): Command {
  return command
    .option('--upstream', 'everything upstream of the tasks too')
    .option('--downstream', 'everything downstream of the tasks too')
    .option('--map-index <n>', 'of mapped tasks, only this instance', countFromZero)
}

/** @throws LongshoreError LS_USAGE when no run is said, or in two ways */
export function readRuns({ run = [], from, to }: RunOptions, how: string): WantedRuns {
  if (run.length > 0) {
    if (from !== undefined || to !== undefined) throw new LongshoreError('LS_USAGE', 'give either runs or --from and --to')
    return { kind: 'named', runs: run }
  }
  // One end alone would too easily mean all that ever ran.
  if (from === undefined || to === undefined) throw new LongshoreError('LS_USAGE', `say which runs: ${how}, or --from and --to`)
  return { kind: 'dates', from, to }
}

export function readTasks(tasks: readonly string[], { upstream, downstream, failed, mapIndex }: TaskOptions): TaskChoice {
  if (tasks.length === 0 && (upstream === true || downstream === true || mapIndex !== undefined)) {
    throw new LongshoreError('LS_USAGE', '--upstream, --downstream and --map-index go with the tasks that they start from')
  }
  return { tasks, upstream: upstream === true, downstream: downstream === true, failed: failed === true, mapIndex: mapIndex ?? null }
}
