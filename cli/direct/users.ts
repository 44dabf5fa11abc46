import type { Grant } from '../../web/identity/access.js'
import { CODE_LIFE_MS, loginUrl, makeLoginCode } from '../../web/identity/sessions.js'
import { createUser, grantRole, mustFindUser, readUsers, removeUser, revokeRole, setPassword, type UserView } from '../../web/identity/users.js'
import type { LoginCode, Users } from '../ports/users.js'
import type { Direct } from './direct.js'

const PAGE = 500

export class DirectUsers implements Users {
  constructor(private readonly direct: Direct) {}

  async list(): Promise<readonly UserView[]> {
    const users: UserView[] = []
    for (;;) {
      const page = await readUsers(this.direct.database, { after: users.at(-1)?.user ?? '', limit: PAGE })
      users.push(...page)
      if (page.length < PAGE) return users
    }
  }

  create(name: string, password: string | null, grant: Grant): Promise<string> {
    return this.direct.act({ action: 'user.create', target: { user: name, ...grant } }, () => createUser(this.direct.database, { name, password, grants: [grant] }))
  }

  remove(user: string): Promise<void> {
    return this.direct.act({ action: 'user.delete', target: { user } }, () => removeUser(this.direct.database, user))
  }

  grant(user: string, grant: Grant): Promise<void> {
    return this.direct.act({ action: 'user.grant', target: { user, ...grant } }, () => grantRole(this.direct.database, user, grant))
  }

  revoke(user: string, namespace: string): Promise<void> {
    return this.direct.act({ action: 'user.revoke', target: { user, namespace } }, () => revokeRole(this.direct.database, user, namespace))
  }

  setPassword(user: string, password: string): Promise<void> {
    return this.direct.act({ action: 'user.password', target: { user } }, () => setPassword(this.direct.database, user, password))
  }

  async loginCode(user: string): Promise<LoginCode> {
    const { config: { publicUrl }, database } = this.direct
    const code = await this.direct.act({ action: 'user.login-code', target: { user } }, async () => makeLoginCode(database, (await mustFindUser(database, user)).user_key))
    return { code, url: publicUrl === '' ? null : loginUrl(publicUrl, code), expiresAt: new Date(Date.now() + CODE_LIFE_MS).toISOString() }
  }
}
