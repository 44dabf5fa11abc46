import { createToken, readTokens, revokeToken, type TokenView } from '../../web/identity/tokens.js'
import { mustFindUser } from '../../web/identity/users.js'
import type { Tokens, WantedToken } from '../ports/tokens.js'
import type { Direct } from './direct.js'

const PAGE = 500

export class DirectTokens implements Tokens {
  constructor(private readonly direct: Direct) {}

  async list(name: string | null): Promise<readonly TokenView[]> {
    const { database } = this.direct
    const user = name === null ? null : (await mustFindUser(database, name)).user_key
    const tokens: TokenView[] = []
    for (;;) {
      const page = await readTokens(database, { user, after: tokens.at(-1)?.token ?? '', limit: PAGE })
      tokens.push(...page)
      if (page.length < PAGE) return tokens
    }
  }

  create({ user, name, limits, lifetime }: WantedToken): Promise<TokenView & { readonly secret: string }> {
    const { database } = this.direct
    return this.direct.act({ action: 'token.create', target: { user, name, limits } }, async () => createToken(database, { user: (await mustFindUser(database, user)).user_key, name, limits, lifetime }))
  }

  revoke(token: string): Promise<void> {
    return this.direct.act({ action: 'token.revoke', target: { token } }, () => revokeToken(this.direct.database, token))
  }
}
