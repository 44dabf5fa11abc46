import type { Command } from 'commander'
import { grantText } from '../../../web/identity/grant-text.js'
import type { UserView } from '../../../web/identity/users.js'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'

export function define(command: Command): void {
  command
    .option('--json', 'print a JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const users = await on(command, 'users', port => port.list())
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
