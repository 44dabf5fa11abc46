import type { Command } from 'commander'
import { EVERYWHERE } from '../../../web/identity/access.js'
import { readNamespace, readRole } from '../../../web/identity/grant-text.js'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'

export function define(command: Command): void {
  command
    .argument('<name>', 'name of the user')
    .argument('<role>', 'viewer, operator, author or admin')
    .option('--namespace <namespace>', 'where; * is everywhere', EVERYWHERE)
    .option('--json', 'print {user, role, namespace}')
    .action(async (user: string, roleText: string, { namespace: namespaceText, json }: { namespace: string; json?: boolean }) => {
      const grant = { role: readRole(roleText), namespace: readNamespace(namespaceText) }
      await on(command, 'users', port => port.grant(user, grant))
      if (json === true) printJson({ user, ...grant })
      else print(`${user} has the role ${grant.role} ${grant.namespace === EVERYWHERE ? 'everywhere' : `in ${grant.namespace}`} now.`)
    })
}
