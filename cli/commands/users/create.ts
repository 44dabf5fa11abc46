import type { Command } from 'commander'
import { EVERYWHERE } from '../../../web/identity/access.js'
import { readNamespace, readRole } from '../../../web/identity/grant-text.js'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'
import { readPassword } from '../../read-password.js'
import { loginAddress } from './login-address.js'

export function define(command: Command): void {
  command
    .argument('<name>', 'name to sign in with')
    .option('--role <role>', 'viewer, operator, author or admin', 'viewer')
    .option('--namespace <namespace>', 'where: what stands before the first dot of the ids of DAGs; * is everywhere', EVERYWHERE)
    .option('--password', 'ask for a password, or read it from standard input, instead of making a one-time login')
    .option('--json', 'print {user, code, url, expiresAt}')
    .action(async (name: string, { role: roleText, namespace: namespaceText, password: wantsPassword, json }: { role: string; namespace: string; password?: boolean; json?: boolean }) => {
      const [role, namespace] = [readRole(roleText), readNamespace(namespaceText)]
      const password = wantsPassword === true ? await readPassword(name) : null
      const { user, login } = await on(command, 'users', async port => {
        const created = await port.create(name, password, { role, namespace })
        return { user: created, login: password === null ? await port.loginCode(created) : null }
      })
      if (json === true) {
        printJson({ user, code: login?.code ?? null, url: login?.url ?? null, expiresAt: login?.expiresAt ?? null })
        return
      }
      print(`User ${user} is made, with the role ${role} ${namespace === EVERYWHERE ? 'everywhere' : `in ${namespace}`}.`)
      if (login !== null) note(`Sign in once, within an hour, at ${loginAddress(login)}`)
    })
}
