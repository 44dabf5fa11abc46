import type { Command } from 'commander'
import { removeUser } from '../../../web/identity/users.js'
import { audited } from '../../audited.js'
import { print, printJson } from '../../output/print.js'
import { clientSettings } from '../../settings.js'

export function define(command: Command): void {
  command
    .argument('<name>', 'name of the user')
    .option('--json', 'print {user, deleted}')
    .action(async (user: string, { json }: { json?: boolean }) => {
      await audited(clientSettings(command).config, { action: 'user.delete', target: { user } }, database => removeUser(database, user))
      if (json === true) printJson({ user, deleted: true })
      else print(`User ${user} is deleted, with their sessions and tokens.`)
    })
}
