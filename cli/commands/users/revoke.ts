import type { Command } from 'commander'
import { EVERYWHERE } from '../../../web/identity/access.js'
import { readNamespace } from '../../../web/identity/grant-text.js'
import { revokeRole } from '../../../web/identity/users.js'
import { audited } from '../../audited.js'
import { print, printJson } from '../../output/print.js'
import { clientSettings } from '../../settings.js'

export function define(command: Command): void {
  command
    .argument('<name>', 'name of the user')
    .option('--namespace <namespace>', 'where; * takes the role that counts everywhere', EVERYWHERE)
    .option('--json', 'print {user, namespace}')
    .action(async (user: string, { namespace: text, json }: { namespace: string; json?: boolean }) => {
      const namespace = readNamespace(text)
      await audited(clientSettings(command).config, { action: 'user.revoke', target: { user, namespace } }, database => revokeRole(database, user, namespace))
      if (json === true) printJson({ user, namespace })
      else print(`${user} has no role ${namespace === EVERYWHERE ? 'that counts everywhere' : `in ${namespace}`} any more.`)
    })
}
