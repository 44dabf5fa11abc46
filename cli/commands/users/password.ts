import type { Command } from 'commander'
import { on } from '../../installation.js'
import { print, printJson } from '../../output/print.js'
import { readPassword } from '../../read-password.js'
import { loginAddress } from './login-address.js'

export function define(command: Command): void {
  command
    .argument('<name>', 'name of the user')
    .option('--code', 'make a one-time login instead, with which they set a password themselves')
    .option('--json', 'print {user, code, url, expiresAt}')
    .action(async (user: string, { code: wantsCode, json }: { code?: boolean; json?: boolean }) => {
      if (wantsCode !== true) {
        const password = await readPassword(user)
        await on(command, 'users', port => port.setPassword(user, password))
        if (json === true) printJson({ user, code: null, url: null, expiresAt: null })
        else print(`The password of ${user} is set; their sessions have ended.`)
        return
      }
      const login = await on(command, 'users', port => port.loginCode(user))
      if (json === true) printJson({ user, code: login.code, url: login.url, expiresAt: login.expiresAt })
      else print(`Sign in once, within an hour, at ${loginAddress(login)}`)
    })
}
