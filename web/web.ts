import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Registry } from 'prom-client'
import type { Config } from '../shared/config/schema.js'
import { Database, now } from '../shared/database/database.js'
import { checkSchema, migrate } from '../shared/database/migrate.js'
import type { EvaluateFolder } from '../shared/bundles/inspect.js'
import { LongshoreError } from '../shared/errors.js'
import { ServiceGroup, type Service } from '../shared/lifecycle.js'
import type { Log } from '../shared/log.js'
import { Loop } from '../shared/loop.js'
import { Health, type Component } from '../shared/observability/health.js'
import { wakeSchedulers } from '../shared/operations/wake-schedulers.js'
import { stuckLoop } from '../shared/stuck.js'
import { buildApp, type App } from './app.js'
import { openAuthenticator } from './identity/authenticators.js'
import { firstLogin } from './identity/first-login.js'
import { Housekeeper } from './identity/housekeeper.js'
import { loginUrl } from './identity/sessions.js'

export interface WebOptions {
  readonly config: Config
  readonly log: Log
  /** Parts of the same process that /readyz speaks for as well. */
  readonly components: readonly Component[]
  readonly registries: () => readonly Registry[]
  /** Evaluates what is deployed; without it nobody can deploy here. */
  readonly evaluate?: EvaluateFolder
  /** A listening socket that systemd has passed; null listens on httpHost and httpPort. */
  readonly listenFd: number | null
}

/** How long the DAG files of one upload may take together: a connection that says nothing is closed after a minute. */
export const UPLOAD_MS = 50_000

const PING_MS = 5_000
const SILENT_MS = 20_000
/** What is still answered after that is cut off: a stop takes seconds. */
const CLOSE_MS = 5_000
/** Beyond it connections are refused: each costs memory, whoever opens them. */
const MOST_CONNECTIONS = 5_000
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/

/** The API, the pages and the health answers of this process, on one port. */
export class Web implements Service {
  readonly name = 'web'
  #app: App | null = null
  #services: ServiceGroup | null = null
  #database: Database | null = null
  #url: string | null = null
  #answeredAt = 0
  #loops: readonly Loop[] = []

  constructor(private readonly options: WebOptions) {}

  /** Where it listens; null while it does not. */
  get url(): string | null {
    return this.#url
  }

  async start(): Promise<void> {
    const { config, log } = this.options
    const database = this.#database = new Database(config.databaseUrl, config.databasePool)
    try {
      await database.check()
      for (const name of await migrate(database)) log.info({ migration: name }, 'schema migrated')
      await checkSchema(database)
      this.#answeredAt = performance.now()
      const { components, registries, evaluate } = this.options
      const registry = new Registry()
      const app = this.#app = await buildApp({
        config, database, authenticator: openAuthenticator(config, database), wake: dag => wakeSchedulers(config, dag), registry, evaluate,
        health: new Health({ components: [...components, this], registries: () => [...registries(), registry] }),
      }, log)
      this.#url = await this.#listen(app)
      this.#loops = [
        new Loop({ name: 'web-database', log, runOnce: () => this.#ping(database) }),
        new Loop({ name: 'web-housekeeping', log, runOnce: () => new Housekeeper(database, config).runOnce() }),
      ]
      this.#services = new ServiceGroup('web', this.#loops)
      await this.#services.start()
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  async stop(): Promise<void> {
    const [app, services, database] = [this.#app, this.#services, this.#database]
    this.#app = this.#services = this.#database = this.#url = null
    if (app !== null) {
      const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS)
      await app.close()
      clearTimeout(cut)
    }
    await services?.stop()
    await database?.close()
  }

  notReady(): string | null {
    if (this.#url === null) return 'not started'
    const silent = performance.now() - this.#answeredAt
    return silent > SILENT_MS ? `the database has not answered for ${Math.round(silent / 1000)} s` : null
  }

  /** Why only a restart would help, or null. */
  stuck(): string | null {
    return stuckLoop(this.#loops)
  }

  /** The address at which the first user signs in, once; null when somebody can sign in already. */
  async firstLogin(): Promise<string | null> {
    const { config } = this.options
    if (this.#database === null || this.#url === null || config.auth === 'none' || config.oidcIssuer !== '') return null
    const code = await firstLogin(this.#database)
    return code === null ? null : loginUrl(config.publicUrl === '' ? this.#url : config.publicUrl, code)
  }

  async #ping(database: Database): Promise<number> {
    await now(database)
    this.#answeredAt = performance.now()
    return PING_MS
  }

  async #listen(app: App): Promise<string> {
    const { config: { httpHost: host, httpPort: port, auth }, listenFd } = this.options
    app.server.maxConnections = MOST_CONNECTIONS
    if (auth === 'none' && listenFd === null && !LOOPBACK.test(host)) throw openToAll(host)
    try {
      // With an fd nothing else of the options counts, but fastify would resolve a host that is not given.
      await app.listen(listenFd === null ? { host, port } : { host, fd: listenFd } as { host: string })
    } catch (cause) {
      const place = listenFd === null ? `${host}:${port}` : `file descriptor ${listenFd}`
      throw new LongshoreError('LS_CONFIG', `cannot listen on ${place}: ${(cause as Error).message}`, { cause, hint: 'Choose another httpPort (0 takes any that is free), or end what listens there.' })
    }
    const address = app.server.address()
    if (auth === 'none' && isAddress(address) && !LOOPBACK.test(address.address)) throw openToAll(address.address)
    return isAddress(address) ? `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}` : `unix:${String(address)}`
  }
}

const isAddress = (address: ReturnType<Server['address']>): address is AddressInfo => address !== null && typeof address !== 'string'

const openToAll = (address: string): LongshoreError => new LongshoreError('LS_CONFIG', `auth is none, and ${address} can be reached from elsewhere: everybody there would be an admin`, {
  hint: 'Set httpHost to 127.0.0.1, or auth to users.',
})
