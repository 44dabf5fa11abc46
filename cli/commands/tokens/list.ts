import type { Command } from 'commander'
import { grantText } from '../../../web/identity/grant-text.js'
import type { TokenView } from '../../../web/identity/tokens.js'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'

export function define(command: Command): void {
  command
    .option('--user <user>', 'of one user only')
    .option('--json', 'print a JSON array')
    .action(async ({ user, json }: { user?: string; json?: boolean }) => {
      const tokens = await on(command, 'tokens', port => port.list(user ?? null))
      if (json === true) printJson(tokens)
      else if (tokens.length === 0) note('There are no tokens; make one with `longshore tokens create NAME --user USER`.')
      else print(renderTable<TokenView>([
        { title: 'TOKEN', value: ({ token }) => token },
        { title: 'USER', value: ({ user: owner }) => owner },
        { title: 'NAME', value: ({ name }) => name },
        { title: 'LIMITS', value: ({ limits }) => limits.map(grantText).join(', ') },
        { title: 'EXPIRES', value: ({ expiresAt }) => expiresAt?.slice(0, 10) ?? 'never' },
        { title: 'LAST USED', value: ({ lastUsedAt }) => lastUsedAt?.slice(0, 16) ?? null },
      ], tokens))
    })
}
