import type { Command } from 'commander'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'
import { backfillKey } from './backfill-key.js'

export function define(command: Command): void {
  command
    .argument('<backfill>', 'its number', backfillKey)
    .option('--json', 'print {backfill, paused, changed}')
    .action(async (key: number, { json }: { json?: boolean }) => {
      const changed = await on(command, 'backfills', port => port.setPaused(key, true))
      if (json === true) printJson({ backfill: key, paused: true, changed })
      else print(changed ? `Backfill ${key} is paused: no more runs of it start; what runs goes on.` : `Backfill ${key} was paused already.`)
    })
}
