import type { InjectOptions } from 'fastify'
import { onTestFinished } from 'vitest'
import { createLog } from '../../shared/log.js'
import { wakeSchedulers } from '../../shared/operations/wake-schedulers.js'
import { buildApp, type App } from '../../web/app.js'
import { EVERYWHERE, Role, type Grant } from '../../web/identity/access.js'
import { tempDir } from '../harness/temp-dir.js'
import { Installation, sharedFolderEvaluator, type Dialect } from '../scheduler/installation.js'
import { strictSerializer } from './strict-serializer.js'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** Parsed; tests say what they expect of it. */
  readonly body: never
}

/** An installation with its API, asked without a network. Who asks is part of the request: identity has tests of its own. */
export class ApiSite {
  private constructor(readonly installation: Installation, readonly app: App, readonly logs: string) {}

  static async open(dialect: Dialect = 'sqlite'): Promise<ApiSite> {
    const installation = await Installation.create(dialect)
    const logs = tempDir('logs')
    const config = installation.config({ logStore: `file:${logs}` })
    const app = await buildApp({
      config, database: installation.database, serializer: strictSerializer, wake: dag => wakeSchedulers(config, dag), evaluate: sharedFolderEvaluator(config),
      authenticator: {
        authenticate: async ({ headers }) => {
          const grants = headers['x-test-grants']
          return typeof grants === 'string' ? { kind: 'user', user: Number(headers['x-test-user'] ?? 1), name: typeof headers['x-test-name'] === 'string' ? headers['x-test-name'] : 'ann', grants: JSON.parse(grants) as Grant[], byCookie: headers['x-test-cookie'] !== undefined } : null
        },
      },
    }, createLog(config.logLevel, 'web'))
    onTestFinished(() => app.close())
    return new ApiSite(installation, app, logs)
  }

  /** Asks as somebody with these grants; null asks as nobody. */
  async ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, { body, grants = ADMIN, headers = {} }: { readonly body?: object; readonly grants?: readonly Grant[] | null; readonly headers?: Readonly<Record<string, string>> } = {}): Promise<Answer> {
    const options: InjectOptions = {
      method, url: `/api/v1${path}`, headers: { ...(grants !== null && { 'x-test-grants': JSON.stringify(grants) }), ...headers }, ...(body !== undefined && { payload: body }),
    }
    const answer = await this.app.inject(options)
    return { status: answer.statusCode, headers: answer.headers, body: (answer.body === '' ? null : JSON.parse(answer.body)) as never }
  }
}

export const ADMIN: readonly Grant[] = [{ role: Role.admin, namespace: EVERYWHERE }]
export const inNamespace = (namespace: string, role: Role): Grant[] => [{ role, namespace }]
