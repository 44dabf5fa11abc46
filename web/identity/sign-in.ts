import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../shared/config/schema.js'
import type { Database } from '../../shared/database/database.js'
import { findUser, userByKey, type UserRow } from '../../shared/database/tables/users.js'
import { placeOf } from '../http/address.js'
import { Problem } from '../http/problem.js'
import { SESSION_COOKIE } from './authenticators.js'
import { Cookies } from './cookies.js'
import { LoginThrottle } from './login-throttle.js'
import { verifyPassword } from './password.js'
import { beginSession, endSession, redeemLoginCode } from './sessions.js'

/** Signs people in and out of browsers. */
export class SignIn {
  readonly cookies: Cookies
  readonly #throttle = new LoginThrottle()

  constructor(private readonly config: Config, private readonly database: Database) {
    this.cookies = new Cookies(config.publicUrl)
  }

  /** @throws Problem LS_LOGIN_FAILED, and LS_TOO_MANY_REQUESTS for who has guessed too often */
  async byPassword(request: FastifyRequest, reply: FastifyReply, name: string, password: string): Promise<void> {
    const user = name.trim().toLowerCase()
    request.auditAs = user
    const found = await findUser(this.database, user)
    await this.confirm(request, reply, found ?? { name: user, password: null }, password)
    if (found !== undefined) await this.begin(request, reply, found.user_key)
  }

  /** Holds a password against the one of a user. @throws as {@link byPassword} */
  async confirm(request: FastifyRequest, reply: FastifyReply, { name, password: stored }: Pick<UserRow, 'name' | 'password'>, password: string): Promise<void> {
    this.#hold(request, reply, name)
    if (!await verifyPassword(password, stored)) throw new Problem('LS_LOGIN_FAILED', 'the name or the password is wrong')
    this.#throttle.succeeded(placeOf(request.ip), name)
  }

  /** @throws Problem LS_LOGIN_FAILED */
  async byCode(request: FastifyRequest, reply: FastifyReply, code: string): Promise<void> {
    this.#hold(request, reply, null)
    const user = await redeemLoginCode(this.database, code)
    if (user === null) throw new Problem('LS_LOGIN_FAILED', 'the code is not valid, was used already or has expired')
    this.#throttle.succeeded(placeOf(request.ip), null)
    await this.begin(request, reply, user)
  }

  /** Begins a session in the place of the one that the browser had: what it was given before a login is worth nothing after it. */
  async begin(request: FastifyRequest, reply: FastifyReply, user: number): Promise<void> {
    await this.#endOpen(request)
    this.cookies.write(request, reply, SESSION_COOKIE, await beginSession(this.database, user), this.config.sessionMax)
    request.auditAs = (await userByKey(this.database, user))?.name ?? null
  }

  async end(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.#endOpen(request)
    this.cookies.clear(request, reply, SESSION_COOKIE)
  }

  async #endOpen(request: FastifyRequest): Promise<void> {
    const open = this.cookies.read(request, SESSION_COOKIE)
    if (open !== null) await endSession(this.database, open)
  }

  #hold(request: FastifyRequest, reply: FastifyReply, user: string | null): void {
    const wait = this.#throttle.take(placeOf(request.ip), user)
    if (wait === 0) return
    // What is not even tried is not worth a row of the audit log.
    request.auditAs = null
    void reply.header('retry-after', String(Math.ceil(wait / 1000)))
    throw new Problem('LS_TOO_MANY_REQUESTS', `there were too many wrong logins; the next one is allowed in ${Math.ceil(wait / 1000)} s`)
  }
}
