import type { Command } from 'commander'
import { LongshoreError } from '../../../shared/errors.js'
import { operate } from '../../operate.js'
import { triggerRun } from '../../../shared/operations/trigger-run.js'
import { note, print, printJson } from '../../output/print.js'
import { readParams } from '../../params.js'
import { clientSettings } from '../../settings.js'

interface Options {
  readonly param: readonly string[]
  readonly params?: string
  readonly runId?: string
  readonly json?: boolean
}

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .option('--param <key=value>', 'a param of the run; may be repeated. What is JSON is read as JSON, anything else as text', (text: string, before: string[]) => [...before, text], [])
    .option('--params <json>', 'all params of the run as one JSON object')
    .option('--run-id <id>', 'name of the run; default: manual__ and the time')
    .option('--json', 'print {dag, run, state}')
    .action(async (dag: string, { param, params, runId, json }: Options) => {
      if (params !== undefined && param.length > 0) throw new LongshoreError('LS_USAGE', 'give either --param or --params')
      const { config } = clientSettings(command)
      const triggered = await operate(config, database => triggerRun(database, { dag, run: runId ?? null, params: readParams(param, params) }))
      if (json === true) printJson({ dag: triggered.dag, run: triggered.run, state: triggered.state })
      else print(triggered.run)
      if (triggered.paused) note(`DAG ${dag} is paused: the run waits until \`longshore dags unpause ${dag}\`.`)
    })
}
