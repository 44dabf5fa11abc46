import type { Command } from 'commander'
import { revokeToken } from '../../../web/identity/tokens.js'
import { audited } from '../../audited.js'
import { print, printJson } from '../../output/print.js'
import { clientSettings } from '../../settings.js'

export function define(command: Command): void {
  command
    .argument('<token>', 'its public part, as `longshore tokens list` shows it')
    .option('--json', 'print {token, revoked}')
    .action(async (token: string, { json }: { json?: boolean }) => {
      await audited(clientSettings(command).config, { action: 'token.revoke', target: { token } }, database => revokeToken(database, token))
      if (json === true) printJson({ token, revoked: true })
      else print(`Token ${token} is revoked.`)
    })
}
