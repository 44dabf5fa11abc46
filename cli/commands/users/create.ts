import type { Command } from 'commander'
import { EVERYWHERE } from '../../../web/identity/access.js'
import { readNamespace, readRole } from '../../../web/identity/grant-text.js'
import { CODE_LIFE_MS, loginUrl, makeLoginCode } from '../../../web/identity/sessions.js'
import { createUser, mustFindUser } from '../../../web/identity/users.js'
import { audited } from '../../audited.js'
import { note, print, printJson } from '../../output/print.js'
import { readPassword } from '../../read-password.js'
import { clientSettings } from '../../settings.js'

export function define(command: Command): void {
  command
    .argument('<name>', 'name to sign in with')
    .option('--role <role>', 'viewer, operator, author or admin', 'viewer')
    .option('--namespace <namespace>', 'where: what stands before the first dot of the ids of DAGs; * is everywhere', EVERYWHERE)
    .option('--password', 'ask for a password, or read it from standard input, instead of making a one-time login')
    .option('--json', 'print {user, code, url, expiresAt}')
    .action(async (name: string, { role: roleText, namespace: namespaceText, password: wantsPassword, json }: { role: string; namespace: string; password?: boolean; json?: boolean }) => {
      const { config } = clientSettings(command)
      const [role, namespace] = [readRole(roleText), readNamespace(namespaceText)]
      const password = wantsPassword === true ? await readPassword(name) : null
      const { user, code } = await audited(config, { action: 'user.create', target: { user: name, role, namespace } }, async database => {
        const created = await createUser(database, { name, password, grants: [{ role, namespace }] })
        return { user: created, code: password === null ? await makeLoginCode(database, (await mustFindUser(database, created)).user_key) : null }
      })
      const url = code === null || config.publicUrl === '' ? null : loginUrl(config.publicUrl, code)
      if (json === true) {
        printJson({ user, code, url, expiresAt: code === null ? null : new Date(Date.now() + CODE_LIFE_MS).toISOString() })
        return
      }
      print(`User ${user} is made, with the role ${role} ${namespace === EVERYWHERE ? 'everywhere' : `in ${namespace}`}.`)
      if (code !== null) note(`Sign in once, within an hour, at ${url ?? loginUrl('http://HOST:PORT', code)}`)
    })
}
