import type { Command } from 'commander'
import { LongshoreError } from '../../../shared/errors.js'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'

interface Options {
  readonly dag?: string
  readonly run?: string
  readonly payload: string
  readonly reject?: boolean
  readonly json?: boolean
}

export function define(command: Command): void {
  command
    .argument('<name>', 'name of the event')
    .option('--dag <id>', 'only for a run of this DAG; needs --run')
    .option('--run <id>', 'only for this run; needs --dag')
    .option('--payload <json>', 'becomes the result of the tasks that wait for it', 'null')
    .option('--reject', 'fails the tasks that wait for it')
    .option('--json', 'print {event, dag, run, rejected, waiting}')
    .action(async (name: string, { dag, run, payload, reject = false, json }: Options) => {
      if ((dag === undefined) !== (run === undefined)) throw new LongshoreError('LS_USAGE', 'give --dag and --run together: they name one run')
      const only = dag === undefined || run === undefined ? null : { dag, run }
      const waiting = await on(command, 'events', port => port.post({ name, run: only, payload, isRejected: reject }))
      if (json === true) printJson({ event: name, dag: dag ?? null, run: run ?? null, rejected: reject, waiting })
      else print(`${name} is posted${reject ? ' as rejected' : ''}; ${waiting === 1 ? '1 task waits' : `${waiting} tasks wait`} for it.`)
      if (waiting === 0) note('Nothing waits for it now, and what begins to wait later does not see it.')
    })
}
