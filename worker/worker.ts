import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Redis } from 'ioredis'
import type { Registry } from 'prom-client'
import { blockingOptions, checkRedis, commandOptions, openRedis } from '../shared/broker/redis.js'
import type { Config, ConfigKey } from '../shared/config/schema.js'
import { LongshoreError } from '../shared/errors.js'
import type { Service } from '../shared/lifecycle.js'
import type { Log } from '../shared/log.js'
import { NOTHING } from './capacity/amount.js'
import { within } from './clock.js'
import type { DrainWish } from './control/drain.js'
import { DockerApi } from './executors/docker/docker-api.js'
import { HealthState } from './health/health.js'
import { LiveConfig } from './live-config.js'
import { logEvents } from './log-events.js'
import { registerMetrics } from './metrics.js'
import { signatureCheck } from './signature.js'
import { StateDirectory } from './state/state-directory.js'
import { WorkerEvents } from './worker-events.js'
import { WorkerCore } from './worker-core.js'
import type { WorkerStatus } from './worker-status.js'

export interface WorkerOptions {
  readonly config: Config
  readonly log: Log
  /** Where the metrics are registered; none are without it. */
  readonly registry?: Registry
  /** To hear what happens. */
  readonly events?: WorkerEvents
}

/** How long a stop may take, even with every server away: a supervisor kills what takes much longer. */
const STOP_MS = 8_000

/**
 * Takes attempts from its queues and runs them. Stopping is letting go: tasks run on, and the next process on the same state
 * directory adopts them.
 */
export class Worker implements Service {
  readonly name = 'worker'
  readonly events: WorkerEvents
  readonly #state: StateDirectory
  readonly #settings: LiveConfig
  #redis: Redis | null = null
  #core: WorkerCore | null = null
  #wish: DrainWish | null = null
  #whenEnded: () => void = () => {}
  /** Settles when a drain is over: then whoever started this worker is to stop it and to end. */
  readonly ended = new Promise<void>(resolve => { this.#whenEnded = resolve })

  constructor(private readonly options: WorkerOptions) {
    const { config, log, registry } = options
    this.#settings = new LiveConfig(config)
    this.events = options.events ?? new WorkerEvents()
    this.#state = new StateDirectory(config.stateDir)
    logEvents(this.events, log)
    if (registry !== undefined) registerMetrics(registry, this.events, () => this.status())
  }

  async start(): Promise<void> {
    const { log } = this.options
    const config = this.#settings.current
    await checkRedis(config.redisUrl)
    const worker = await this.#state.open()
    try {
      const docker = await this.#docker()
      const checkSignature = signatureCheck(config, log)
      this.#redis = openRedis(commandOptions(config.redisUrl))
      this.#core = new WorkerCore({
        config, log, events: this.events, state: this.#state, docker, redis: this.#redis, blocking: blockingOptions(config.redisUrl),
        identity: { worker, workerName: this.#displayName, boot: randomUUID() }, checkSignature,
      })
      void this.#core.drained.then(this.#whenEnded)
      if (this.#wish !== null) this.#core.drain(this.#wish)
      await this.#core.start()
      log.info({ worker, queues: config.queues, slots: config.concurrency }, 'worker started')
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  async stop(): Promise<void> {
    const core = this.#core
    this.#core = null
    if (core !== null) await within(STOP_MS, core.stop())
    this.#redis?.disconnect()
    this.#redis = null
    this.#state.close()
    if (core !== null) this.options.log.info('worker stopped; its tasks run on')
  }

  /** Takes over what can change while it runs: what tasks may do here. Returns the names of these settings. */
  reload(config: Config): readonly ConfigKey[] {
    return this.#settings.exchange(config)
  }

  /** Why only a restart would help, or null. */
  stuck(): string | null {
    return this.#core?.stuck() ?? null
  }

  /** Takes nothing new, and {@link ended} settles when its tasks have ended, or at the deadline. */
  drain(wish: DrainWish): void {
    this.#wish = wish
    this.#core?.drain(wish)
  }

  status(): WorkerStatus {
    const { config } = this.options
    const core = this.#core?.status() ?? null
    const connected = this.#redis?.status === 'ready'
    return {
      worker: '', slots: { total: config.concurrency, used: 0 }, active: 0, unsettled: 0, lastRenewalAgeSeconds: 0, docker: 'unused', refusing: [],
      queues: config.queues, paused: [], draining: false, health: HealthState.healthy,
      capacity: { total: NOTHING, used: NOTHING }, ...core, name: this.#displayName, connected, ready: core !== null && connected && core.refusing.length === 0,
    }
  }

  get #displayName(): string {
    return this.options.config.workerName === '' ? hostname() : this.options.config.workerName
  }

  /** Docker, if this worker uses it. One that may run processes starts without it and waits for it to come. */
  async #docker(): Promise<DockerApi | null> {
    const { config } = this.options
    if (config.noop) return null
    const docker = new DockerApi(config.dockerHost)
    try {
      await docker.calls.ping()
    } catch (cause) {
      if (!config.allowProcess) throw new LongshoreError('LS_DOCKER_UNREACHABLE', `Docker at ${docker.label} does not answer: ${(cause as Error).message}`, { cause })
    }
    return docker
  }
}
