import { hostname } from 'node:os'
import type { Redis } from 'ioredis'
import { Presence, type WorkerFacts } from '../shared/broker/presence.js'
import type { Config } from '../shared/config/schema.js'
import type { Service } from '../shared/lifecycle.js'
import type { Log } from '../shared/log.js'
import { Loop } from '../shared/loop.js'
import { version } from '../shared/version.js'
import type { WorkerIdentity } from './event-maker.js'

export interface PresenceKeeperOptions {
  readonly config: Config
  readonly redis: Redis
  readonly identity: WorkerIdentity
  /** Attempts that this worker is busy with now. */
  readonly active: () => number
  readonly log: Log
}

/** Readers count a worker as away after 45 s. */
const LONGEST_MS = 15_000

/** Tells on every queue of this worker that it is there and how busy it is. */
export class PresenceKeeper implements Service {
  readonly name = 'presence'
  readonly #loop: Loop
  readonly #presence: Presence
  readonly #startedAt = Date.now()

  constructor(private readonly options: PresenceKeeperOptions) {
    this.#presence = new Presence(options.redis, options.config.redisPrefix)
    this.#loop = new Loop({ name: this.name, log: options.log, runOnce: () => this.runOnce() })
  }

  start(): Promise<void> {
    return this.#loop.start()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    const facts = this.#facts()
    await Promise.all(facts.queues.map(queue => this.#presence.leave(queue, facts)))
  }

  async runOnce(): Promise<number> {
    const facts = this.#facts()
    await Promise.all(facts.queues.map(queue => this.#presence.announce(queue, facts)))
    return Math.min(LONGEST_MS, this.options.config.leaseRenewEvery)
  }

  #facts(): WorkerFacts {
    const { config, identity, active } = this.options
    return {
      id: identity.worker, name: identity.workerName, host: hostname(), version: version(), pid: process.pid,
      slots: config.concurrency, active: active(), queues: config.queues, startedAt: this.#startedAt,
    }
  }
}
