import type { Command } from 'commander'
import { CODE_LIFE_MS, loginUrl, makeLoginCode } from '../../../web/identity/sessions.js'
import { mustFindUser, setPassword } from '../../../web/identity/users.js'
import { audited } from '../../audited.js'
import { print, printJson } from '../../output/print.js'
import { readPassword } from '../../read-password.js'
import { clientSettings } from '../../settings.js'

export function define(command: Command): void {
  command
    .argument('<name>', 'name of the user')
    .option('--code', 'make a one-time login instead, with which they set a password themselves')
    .option('--json', 'print {user, code, url, expiresAt}')
    .action(async (user: string, { code: wantsCode, json }: { code?: boolean; json?: boolean }) => {
      const { config } = clientSettings(command)
      if (wantsCode !== true) {
        const password = await readPassword(user)
        await audited(config, { action: 'user.password', target: { user } }, database => setPassword(database, user, password))
        if (json === true) printJson({ user, code: null, url: null, expiresAt: null })
        else print(`The password of ${user} is set; their sessions have ended.`)
        return
      }
      const code = await audited(config, { action: 'user.login-code', target: { user } }, async database => makeLoginCode(database, (await mustFindUser(database, user)).user_key))
      const url = config.publicUrl === '' ? null : loginUrl(config.publicUrl, code)
      if (json === true) printJson({ user, code, url, expiresAt: new Date(Date.now() + CODE_LIFE_MS).toISOString() })
      else print(`Sign in once, within an hour, at ${url ?? loginUrl('http://HOST:PORT', code)}`)
    })
}
