import type { Command } from 'commander'
import { EVERYWHERE } from '../../../web/identity/access.js'
import { readNamespace } from '../../../web/identity/grant-text.js'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'

export function define(command: Command): void {
  command
    .argument('<name>', 'name of the user')
    .option('--namespace <namespace>', 'where; * takes the role that counts everywhere', EVERYWHERE)
    .option('--json', 'print {user, namespace}')
    .action(async (user: string, { namespace: text, json }: { namespace: string; json?: boolean }) => {
      const namespace = readNamespace(text)
      await on(command, 'users', port => port.revoke(user, namespace))
      if (json === true) printJson({ user, namespace })
      else print(`${user} has no role ${namespace === EVERYWHERE ? 'that counts everywhere' : `in ${namespace}`} any more.`)
    })
}
