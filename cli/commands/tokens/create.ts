import type { Command } from 'commander'
import { EVERYWHERE, Role } from '../../../web/identity/access.js'
import { readNamespace, readRole } from '../../../web/identity/grant-text.js'
import { on } from '../../installation.js'
import { readLifetime } from '../../lifetime-option.js'
import { note, print, printJson } from '../../output/print.js'

const DEFAULT_LIFE_MS = 90 * 24 * 3_600_000

export function define(command: Command): void {
  command
    .argument('<name>', 'what it is for')
    .requiredOption('--user <user>', 'whose it is: it is never worth more than its user')
    .option('--role <role>', 'what it is narrowed to', Role.admin)
    .option('--namespace <namespace>', 'where; * is everywhere', EVERYWHERE)
    .option('--expires <duration>', 'such as 30d, 12h or never; 90 days unless told', readLifetime, DEFAULT_LIFE_MS)
    .option('--json', 'print {token, user, name, limits, createdAt, expiresAt, lastUsedAt, secret}')
    .action(async (name: string, { user, role: roleText, namespace: namespaceText, expires, json }: { user: string; role: string; namespace: string; expires: number | null; json?: boolean }) => {
      const limits = [{ role: readRole(roleText), namespace: readNamespace(namespaceText) }]
      const token = await on(command, 'tokens', port => port.create({ user, name, limits, lifetime: expires }))
      if (json === true) {
        printJson(token)
        return
      }
      print(token.secret)
      note('This is the only time that it is shown. Send it as `Authorization: Bearer …`.')
    })
}
