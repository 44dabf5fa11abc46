import type { Command } from 'commander'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'
import { backfillKey } from './backfill-key.js'

export function define(command: Command): void {
  command
    .argument('<backfill>', 'its number', backfillKey)
    .option('--running', 'cancel its runs that have started too')
    .option('--json', 'print {backfill, queued, running, runningCancelled}')
    .action(async (key: number, { running, json }: { running?: boolean; json?: boolean }) => {
      const cancelled = await on(command, 'backfills', port => port.cancel(key, running === true))
      if (json === true) printJson({ backfill: key, ...cancelled, runningCancelled: running === true })
      else print(`Backfill ${key} is cancelled, with ${cancelled.queued} runs that had not started; ${cancelled.running} that had ${running === true ? 'are cancelled too' : 'go on'}.`)
    })
}
