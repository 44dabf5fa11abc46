import type { Command } from 'commander'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'

export function define(command: Command): void {
  command
    .argument('<name>', 'name of the user')
    .option('--json', 'print {user, deleted}')
    .action(async (user: string, { json }: { json?: boolean }) => {
      await on(command, 'users', port => port.remove(user))
      if (json === true) printJson({ user, deleted: true })
      else print(`User ${user} is deleted, with their sessions and tokens.`)
    })
}
