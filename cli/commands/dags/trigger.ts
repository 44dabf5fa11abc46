import type { Command } from 'commander'
import { LongshoreError } from '../../../shared/errors.js'
import type { Triggered } from '../../../shared/operations/trigger-run.js'
import { EXIT } from '../../exit.js'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'
import { readParams } from '../../params.js'
import { waitForRun } from '../../wait-for-run.js'

interface Options {
  readonly param: readonly string[]
  readonly params?: string
  readonly runId?: string
  readonly logicalDate?: string
  readonly wait?: boolean
  readonly json?: boolean
}

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .option('--param <key=value>', 'a param of the run; may be repeated. What is JSON is read as JSON, anything else as text', (text: string, before: string[]) => [...before, text], [])
    .option('--params <json>', 'all params of the run as one JSON object')
    .option('--run-id <id>', 'name of the run; default: manual__ and its logical date')
    .option('--logical-date <date>', 'a date of the past, in the zone of the DAG unless it names its own; default: now')
    .option('--wait', 'wait for the end of the run; exit code 0 when it succeeds, else 1')
    .option('--json', 'print {dag, run, state}')
    .action(async (dag: string, { param, params, runId, logicalDate, wait, json }: Options) => {
      if (params !== undefined && param.length > 0) throw new LongshoreError('LS_USAGE', 'give either --param or --params')
      await on(command, 'runs', async port => {
        const triggered = await port.trigger({ dag, run: runId ?? null, params: readParams(param, params), logicalDate: logicalDate ?? null })
        if (json !== true) print(triggered.run)
        if (triggered.paused) note(`DAG ${dag} is paused: the run waits until \`longshore dags unpause ${dag}\`.`)
        const state = wait === true ? await waitForRun(port, triggered) : triggered.state
        tell(triggered, state, { wait, json })
      })
    })
}

function tell({ dag, run }: Triggered, state: string, { wait, json }: Pick<Options, 'wait' | 'json'>): void {
  if (json === true) printJson({ dag, run, state })
  else if (wait === true) print(state)
  if (wait === true && state !== 'success') process.exitCode = EXIT.failed
}
