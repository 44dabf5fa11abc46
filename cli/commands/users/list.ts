import type { Command } from 'commander'
import type { Database } from '../../../shared/database/database.js'
import { grantText } from '../../../web/identity/grant-text.js'
import { readUsers, type UserView } from '../../../web/identity/users.js'
import { withDatabase } from '../../database.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { clientSettings } from '../../settings.js'

const PAGE = 500

export function define(command: Command): void {
  command
    .option('--json', 'print a JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const users = await withDatabase(clientSettings(command).config, readAll)
      if (json === true) printJson(users)
      else if (users.length === 0) note('There are no users; make one with `longshore users create NAME --role admin`.')
      else print(renderTable<UserView>([
        { title: 'USER', value: ({ user }) => user },
        { title: 'ROLES', value: ({ grants }) => grants.map(grantText).join(', ') },
        { title: 'PASSWORD', value: ({ password }) => (password ? 'yes' : 'no') },
        { title: 'SINCE', value: ({ createdAt }) => createdAt.slice(0, 10) },
      ], users))
    })
}

async function readAll(database: Database): Promise<UserView[]> {
  const users: UserView[] = []
  for (;;) {
    const page = await readUsers(database, { after: users.at(-1)?.user ?? '', limit: PAGE })
    users.push(...page)
    if (page.length < PAGE) return users
  }
}
