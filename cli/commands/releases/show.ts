import type { Command } from 'commander'
import { on } from '../../installation.js'
import { printJson } from '../../output/print.js'
import { printRollout } from './print-rollout.js'

export function define(command: Command): void {
  command
    .option('--json', 'print {releases, nodes}')
    .action(async ({ json }: { json?: boolean }) => {
      const rollout = await on(command, 'releases', port => port.show())
      if (json === true) printJson(rollout)
      else printRollout(rollout)
    })
}
