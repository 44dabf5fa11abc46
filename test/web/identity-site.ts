import { onTestFinished } from 'vitest'
import type { ConfigKey } from '../../shared/config/schema.js'
import { createLog } from '../../shared/log.js'
import { wakeSchedulers } from '../../shared/operations/wake-schedulers.js'
import { buildApp, type App, type HttpTimes } from '../../web/app.js'
import { EVERYWHERE, Role, type Grant } from '../../web/identity/access.js'
import { openAuthenticator } from '../../web/identity/authenticators.js'
import { beginSession } from '../../web/identity/sessions.js'
import { createToken } from '../../web/identity/tokens.js'
import { createUser, mustFindUser } from '../../web/identity/users.js'
import { Installation, sharedFolderEvaluator, type Dialect } from '../scheduler/installation.js'
import type { Answer } from './site.js'
import { strictSerializer } from './strict-serializer.js'

export const PASSWORD = 'correct horse battery'
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export interface Ask {
  readonly body?: object | undefined
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as a cookie, as a browser on our own page does. */
  readonly cookie?: string | undefined
  readonly token?: string | undefined
}

/** An installation whose API asks who somebody is, with users in its database. */
export class IdentitySite {
  private constructor(readonly installation: Installation, readonly app: App) {}

  static async open(dialect: Dialect = 'sqlite', more: Partial<Record<ConfigKey, unknown>> = {}, times: Partial<HttpTimes> = {}): Promise<IdentitySite> {
    const installation = await Installation.create(dialect)
    const config = installation.config(more)
    const { database } = installation
    const app = await buildApp({ config, database, serializer: strictSerializer, authenticator: openAuthenticator(config, database), wake: dag => wakeSchedulers(config, dag), evaluate: sharedFolderEvaluator(config), times }, createLog(config.logLevel, 'web'))
    onTestFinished(() => app.close())
    return new IdentitySite(installation, app)
  }

  get database() {
    return this.installation.database
  }

  async ask(method: Method, path: string, { body, headers = {}, cookie, token }: Ask = {}): Promise<Answer & { readonly cookie: string | undefined }> {
    const answer = await this.app.inject({
      method, url: path.startsWith('/api/') ? path : `/api/v1${path}`, ...(body !== undefined && { payload: body }),
      headers: { host: 'longshore.test', ...(cookie !== undefined && { cookie, 'sec-fetch-site': 'same-origin' }), ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    })
    const set = [answer.headers['set-cookie'] ?? []].flat().map(text => text.split(';', 1)[0] ?? '')
    const isJson = String(answer.headers['content-type']).includes('json')
    return { status: answer.statusCode, headers: answer.headers, body: (isJson && answer.body !== '' ? JSON.parse(answer.body) : answer.body) as never, cookie: set.at(-1) }
  }

  user(name: string, grants: readonly Grant[], password: string | null = null): Promise<string> {
    return createUser(this.database, { name, password, grants })
  }

  /** The cookie of a new session, without the time that a password takes. */
  async signIn(user: string): Promise<string> {
    return `longshore_session=${await beginSession(this.database, (await mustFindUser(this.database, user)).user_key)}`
  }

  async token(user: string, limits: readonly Grant[] = ADMIN, lifetime: number | null = null): Promise<string> {
    const { user_key } = await mustFindUser(this.database, user)
    return (await createToken(this.database, { user: user_key, name: `t${Math.random()}`, limits, lifetime })).secret
  }
}

export const ADMIN: readonly Grant[] = [{ role: Role.admin, namespace: EVERYWHERE }]
