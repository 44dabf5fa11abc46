import type { Command } from 'commander'
import type { Database } from '../../../shared/database/database.js'
import { grantText } from '../../../web/identity/grant-text.js'
import { readTokens, type TokenView } from '../../../web/identity/tokens.js'
import { mustFindUser } from '../../../web/identity/users.js'
import { withDatabase } from '../../database.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { clientSettings } from '../../settings.js'

const PAGE = 500

export function define(command: Command): void {
  command
    .option('--user <user>', 'of one user only')
    .option('--json', 'print a JSON array')
    .action(async ({ user, json }: { user?: string; json?: boolean }) => {
      const tokens = await withDatabase(clientSettings(command).config, database => readAll(database, user))
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

async function readAll(database: Database, name: string | undefined): Promise<TokenView[]> {
  const user = name === undefined ? null : (await mustFindUser(database, name)).user_key
  const tokens: TokenView[] = []
  for (;;) {
    const page = await readTokens(database, { user, after: tokens.at(-1)?.token ?? '', limit: PAGE })
    tokens.push(...page)
    if (page.length < PAGE) return tokens
  }
}
