import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Registry } from 'prom-client'
import { collectProcessMetrics } from '../../shared/observability/process-metrics.js'
import type { LoadedConfig } from '../../shared/config/load.js'
import type { Config, ConfigKey } from '../../shared/config/schema.js'
import { Database } from '../../shared/database/database.js'
import { LongshoreError } from '../../shared/errors.js'
import { FileLock } from '../../shared/file-lock.js'
import { ServiceGroup, type Service } from '../../shared/lifecycle.js'
import { createLog, type Log } from '../../shared/log.js'
import { keyPlaces } from '../../shared/signing/key-places.js'
import { ensureKeys } from '../../shared/signing/key-ring.js'
import { folderEvaluator } from '../../scheduler/dag-processor/evaluate-folder.js'
import { Scheduler } from '../../scheduler/scheduler.js'
import { UPLOAD_MS, Web } from '../../web/web.js'
import { dockerAnswers } from './docker-answers.js'
import { PrivateRedis } from './private-redis.js'
import { QueueWatchingWorker } from './queue-watching-worker.js'
import { writeStandaloneFile } from './standalone-file.js'

/** Everything of Longshore in one process, with a database and a Redis of its own where the settings name none. */
export class Standalone implements Service {
  readonly name = 'standalone'
  readonly config: Config
  readonly #log: Log
  readonly #stateDir: string
  readonly #redis: PrivateRedis | null
  readonly #hasOwnDatabase: boolean
  readonly #makesKeys: boolean
  readonly #servesAllQueues: boolean
  readonly #startedAt = new Date().toISOString()
  #lock: FileLock | null = null
  #services: ServiceGroup | null = null
  #worker: QueueWatchingWorker | null = null
  #whenEnded: () => void = () => {}
  /** Settles when its worker was drained: then all of it is to end. */
  readonly ended = new Promise<void>(resolve => { this.#whenEnded = resolve })

  constructor({ config, origin }: LoadedConfig, log: Log) {
    const stateDir = this.#stateDir = resolve(config.stateDir)
    const otherwise = <K extends ConfigKey>(key: K, value: Config[K]): Config[K] => (origin[key] === 'default' ? value : config[key])
    this.#log = log
    this.#redis = config.redisUrl === '' ? new PrivateRedis(stateDir, log) : null
    this.#makesKeys = (['signingKey', 'trustedKeys', 'keysDir'] as const).every(key => origin[key] === 'default')
    this.#hasOwnDatabase = origin.databaseUrl === 'default'
    this.#servesAllQueues = origin.queues === 'default'
    this.config = Object.freeze({
      ...config, stateDir,
      databaseUrl: otherwise('databaseUrl', `sqlite:${join(stateDir, 'longshore.db')}`),
      logStore: otherwise('logStore', `file:${join(stateDir, 'logs')}`),
      redisUrl: this.#redis?.url ?? config.redisUrl,
      allowProcess: otherwise('allowProcess', true),
      // Its own machine and its own DAGs: who wants less says so.
      allowMount: otherwise('allowMount', ['*']), allowNetwork: otherwise('allowNetwork', ['*']), allowGpus: otherwise('allowGpus', true),
    })
  }

  async start(): Promise<void> {
    const { config } = this
    mkdirSync(this.#stateDir, { recursive: true })
    this.#lock = this.#acquire()
    if (this.#makesKeys) ensureKeys(keyPlaces(config))
    const database = new Database(config.databaseUrl, 1)
    const registry = new Registry()
    collectProcessMetrics(registry)
    const scheduler = new Scheduler({ config, log: createLog(config.logLevel, 'scheduler'), registry })
    const worker = this.#worker = new QueueWatchingWorker({ config, log: createLog(config.logLevel, 'worker'), database, all: this.#servesAllQueues })
    void worker.ended.then(this.#whenEnded)
    const web = new Web({ config, log: createLog(config.logLevel, 'web'), components: [scheduler, worker], registries: () => [registry, worker.registry], evaluate: folderEvaluator(config, UPLOAD_MS), listenFd: null })
    this.#services = new ServiceGroup('standalone', [
      closing(database), ...(this.#redis === null ? [] : [this.#redis]), web, scheduler, worker,
    ])
    try {
      await this.#services.start()
    } catch (error) {
      this.#release()
      throw error
    }
    this.#publish(process.pid, web.url)
    if (!await dockerAnswers(config.dockerHost)) this.#log.warn('Docker does not answer: only tasks of kind process can run until it does')
    this.#log.info({ url: web.url, dagsDir: resolve(config.dagsDir), stateDir: this.#stateDir, database: database.label, redis: this.#redis?.url ?? 'as configured' }, 'longshore is ready')
    const login = await web.firstLogin()
    if (login !== null) this.#log.warn({ login }, 'nobody can sign in yet: open this address within an hour; it works once')
  }

  /** Attempts of which something is left here: a container, a log to be put in its place. */
  get busyAttempts(): number {
    return this.#worker?.busyAttempts ?? 0
  }

  async stop(): Promise<void> {
    const services = this.#services
    this.#services = null
    await services?.stop()
    if (services !== null) this.#publish(null, null)
    this.#release()
  }

  #acquire(): FileLock {
    const lock = FileLock.acquire(join(this.#stateDir, 'standalone.lock'))
    if (lock instanceof FileLock) return lock
    const holder = lock.holder === null ? 'another process' : `process ${lock.holder.pid} on ${lock.holder.host}`
    throw new LongshoreError('LS_STATE_DIR_LOCKED', `a standalone runs already on ${this.#stateDir}: ${holder}`, {
      hint: 'Use that one, stop it, or give this one another --state-dir.',
    })
  }

  #release(): void {
    this.#lock?.release()
    this.#lock = null
  }

  #publish(pid: number | null, httpUrl: string | null): void {
    const { databaseUrl, redisPrefix, logStore } = this.config
    writeStandaloneFile(this.#stateDir, {
      v: 1, pid, startedAt: this.#startedAt, redisPrefix, logStore, httpUrl,
      databaseUrl: this.#hasOwnDatabase ? databaseUrl : null, redisUrl: this.#redis?.url ?? null,
    })
  }
}

const closing = (database: Database): Service => ({ name: 'database', start: () => Promise.resolve(), stop: () => database.close() })
