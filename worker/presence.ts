import { hostname, loadavg } from 'node:os'
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
  /** What changes while it runs. */
  readonly facts: () => Pick<WorkerFacts, 'slots' | 'active' | 'queues' | 'paused' | 'refusing' | 'health' | 'capacity' | 'draining' | 'kept' | 'processed' | 'failed'>
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
  #announcedOn: readonly string[] = []
  #maySay = true

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

  get lateMs(): number {
    return this.#loop.lateMs
  }

  /** Something changed that others may want to know. */
  hurry(): void {
    this.#loop.wake()
  }

  async runOnce(): Promise<number> {
    const facts = this.#facts()
    const gone = this.#announcedOn.filter(queue => !facts.queues.includes(queue))
    // Each by itself: one that this worker's Redis user may not touch must not silence the others.
    const said = await Promise.allSettled([...facts.queues.map(queue => this.#presence.announce(queue, facts)), ...gone.map(queue => this.#presence.leave(queue, facts)), this.#serve(facts.queues)])
    const failed = said.find(result => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    this.#announcedOn = facts.queues
    return Math.min(LONGEST_MS, this.options.config.leaseRenewEvery)
  }

  /** A user that an earlier version made may not say it: then the worker is seen once a DAG has named one of its queues. */
  async #serve(queues: readonly string[]): Promise<void> {
    if (!this.#maySay) return
    await this.#presence.serve(queues).catch((error: unknown) => {
      if (!(error instanceof Error && error.message.startsWith('NOPERM'))) throw error
      this.#maySay = false
    })
  }

  #facts(): WorkerFacts {
    const { config, identity, facts } = this.options
    return {
      id: identity.worker, name: identity.workerName, host: hostname(), version: version(), pid: process.pid,
      startedAt: this.#startedAt, boot: identity.boot, home: config.queues, ...(config.workerPool !== '' && { pool: config.workerPool }), load: Math.round((loadavg()[0] ?? 0) * 100) / 100, ...facts(),
    }
  }
}
