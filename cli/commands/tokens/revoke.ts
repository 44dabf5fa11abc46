import type { Command } from 'commander'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'

export function define(command: Command): void {
  command
    .argument('<token>', 'its public part, as `longshore tokens list` shows it')
    .option('--json', 'print {token, revoked}')
    .action(async (token: string, { json }: { json?: boolean }) => {
      await on(command, 'tokens', port => port.revoke(token))
      if (json === true) printJson({ token, revoked: true })
      else print(`Token ${token} is revoked.`)
    })
}
