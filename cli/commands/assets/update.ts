import type { Command } from 'commander'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'

export function define(command: Command): void {
  command
    .argument('<asset>', 'name of the asset')
    .option('--reason <text>', 'what updated it; shown with the runs that this starts')
    .option('--json', 'print {asset, subscribers}')
    .action(async (asset: string, { reason, json }: { reason?: string; json?: boolean }) => {
      const subscribers = await on(command, 'assets', port => port.update(asset, reason ?? null))
      if (json === true) printJson({ asset, subscribers })
      else print(`${asset} is updated${subscribers.length === 0 ? '.' : `; ${subscribers.join(', ')} ${subscribers.length === 1 ? 'is' : 'are'} scheduled on it.`}`)
      if (subscribers.length === 0) note('No DAG is scheduled on it.')
    })
}
