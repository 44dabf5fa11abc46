import type { Command } from 'commander'
import { cancelBackfill } from '../../../shared/operations/cancel-backfill.js'
import { operate } from '../../operate.js'
import { print, printJson } from '../../output/print.js'
import { clientSettings } from '../../settings.js'
import { currentUser } from '../../user.js'
import { backfillKey } from './backfill-key.js'

export function define(command: Command): void {
  command
    .argument('<backfill>', 'its number', backfillKey)
    .option('--running', 'cancel its runs that have started too')
    .option('--json', 'print {backfill, queued, running, runningCancelled}')
    .action(async (key: number, { running, json }: { running?: boolean; json?: boolean }) => {
      const { config } = clientSettings(command)
      const cancelled = await operate(config, database => cancelBackfill(database, config, key, { by: currentUser(), running: running === true }))
      if (json === true) printJson({ backfill: key, ...cancelled, runningCancelled: running === true })
      else print(`Backfill ${key} is cancelled, with ${cancelled.queued} runs that had not started; ${cancelled.running} that had ${running === true ? 'are cancelled too' : 'go on'}.`)
    })
}
