import type { FastifyRequest } from 'fastify'
import type { Config } from '../../shared/config/schema.js'
import type { Database } from '../../shared/database/database.js'
import { Problem } from '../http/problem.js'
import { EVERYWHERE, Role } from './access.js'
import { Cookies } from './cookies.js'
import type { Authenticator, Principal } from './principal.js'
import { holderOfSession } from './sessions.js'
import { holderOfToken } from './tokens.js'

export const SESSION_COOKIE = 'session'
const BEARER = /^Bearer +(\S+)$/i

export const openAuthenticator = (config: Config, database: Database): Authenticator => (config.auth === 'none' ? new NoUsers() : new Users(config, database))

/** A token in `Authorization`, else the session of a cookie. */
class Users implements Authenticator {
  readonly #cookies: Cookies

  constructor(private readonly config: Config, private readonly database: Database) {
    this.#cookies = new Cookies(config.publicUrl)
  }

  async authenticate(request: FastifyRequest): Promise<Principal | null> {
    const { authorization } = request.headers
    // Who sends a token means the token: one that does not hold is not made good by a cookie.
    if (authorization !== undefined) {
      const token = BEARER.exec(authorization)?.[1]
      return token === undefined ? null : holderOfToken(this.database, token)
    }
    const session = this.#cookies.read(request, SESSION_COOKIE)
    return session === null ? null : holderOfSession(this.database, session, { idle: this.config.sessionIdle, max: this.config.sessionMax })
  }
}

const OWN_HOST = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/

/**
 * Everybody is an admin: for a laptop, where whoever reaches the port is its user. Pages of other sites run there too, so what a
 * browser sends must come from our own page, and under a name of the loopback interface: else a site whose name
 * resolves to 127.0.0.1 would be our own page.
 */
class NoUsers implements Authenticator {
  authenticate({ headers, host }: FastifyRequest): Promise<Principal | null> {
    if (!OWN_HOST.test(host)) throw new Problem('LS_FOREIGN_PAGE', `without users nothing is answered under the name '${host}'`, { hint: 'Use http://localhost or http://127.0.0.1, or have users (auth: users).' })
    const byCookie = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined
    return Promise.resolve({ kind: 'user', user: 0, name: 'anybody', grants: [{ role: Role.admin, namespace: EVERYWHERE }], byCookie })
  }
}
