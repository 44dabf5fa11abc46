import type { Command } from 'commander'
import { on } from '../../installation.js'
import { printJson } from '../../output/print.js'
import { printRollout } from './print-rollout.js'

export function define(command: Command): void {
  command
    .option('--json', 'print {releases, nodes}')
    .addHelpText('after', '\nNodes that have failed try again. To go back instead: `longshore releases set` with the earlier version.')
    .action(async ({ json }: { json?: boolean }) => {
      const rollout = await on(command, 'releases', port => port.resume())
      if (json === true) printJson(rollout)
      else printRollout(rollout)
    })
}
