import type { Command } from 'commander'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'

export function define(command: Command): void {
  command
    .option('--why <text>', 'for people', 'somebody wanted it so')
    .option('--json', 'print {releases, nodes}')
    .action(async ({ why, json }: { why: string; json?: boolean }) => {
      const rollout = await on(command, 'releases', port => port.halt(why))
      if (json === true) printJson(rollout)
      else print('No further node begins until `longshore releases resume`; one that has begun comes to its end.')
    })
}
