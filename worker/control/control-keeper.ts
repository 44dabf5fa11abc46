import { Control } from '../../shared/broker/control.js'
import type { Redis } from 'ioredis'
import type { Config } from '../../shared/config/schema.js'
import type { Service } from '../../shared/lifecycle.js'
import type { Log } from '../../shared/log.js'
import { Loop } from '../../shared/loop.js'
import type { EndWish, QueueWishes, WorkerWishes } from '../../shared/protocol/wishes.js'
import type { WorkerIdentity } from '../event-maker.js'
import type { Slots } from '../slots.js'
import type { ServedQueues } from './served-queues.js'

export interface ControlKeeperOptions {
  readonly config: Config
  readonly redis: Redis
  readonly identity: WorkerIdentity
  readonly slots: Slots
  readonly served: ServedQueues
  readonly onEnd: (wish: EndWish) => void
  readonly log: Log
}

const LONGEST_MS = 15_000

/**
 * Does what people want of this worker while it runs. What it has once heard it goes on with when Redis has forgotten:
 * schedulers say it again.
 */
export class ControlKeeper implements Service {
  readonly name = 'control'
  readonly #loop: Loop
  readonly #control: Control
  readonly #queues = new Map<string, QueueWishes>()
  #wishes: WorkerWishes | null = null
  #heardEnd: EndWish | null = null

  constructor(private readonly options: ControlKeeperOptions) {
    this.#control = new Control(options.redis, options.config.redisPrefix)
    this.#loop = new Loop({ name: this.name, log: options.log, runOnce: () => this.runOnce() })
  }

  /** The first look is over when it returns: a paused queue is not fetched from in between. */
  async start(): Promise<void> {
    await this.runOnce().catch(() => {})
    await this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  hurry(): void {
    this.#loop.wake()
  }

  async runOnce(): Promise<number> {
    const { config, identity, served } = this.options
    // Those of the settings too: there it is told when it serves others.
    const queues = [...new Set([...config.queues, ...served.names])]
    const looks = await Promise.allSettled(queues.map(async queue => {
      const { queue: ofQueue, worker } = await this.#control.read(queue, identity.worker)
      if (ofQueue !== null) this.#queues.set(queue, ofQueue)
      return worker
    }))
    // The newest of all queues: the wish may have reached only some of them yet.
    const heard = looks.flatMap(look => (look.status === 'fulfilled' && look.value !== null ? [look.value] : [])).sort((a, b) => b.revision - a.revision)[0]
    if (heard !== undefined) this.#wishes = heard
    await this.#apply()
    const failed = looks.find(look => look.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    return Math.min(LONGEST_MS, config.leaseRenewEvery)
  }

  async #apply(): Promise<void> {
    const { config, identity, slots, served, onEnd, log } = this.options
    const wishes = this.#wishes
    const concurrency = wishes?.concurrency ?? config.concurrency
    if (slots.total !== concurrency) {
      log.info({ loop: this.name, slots: concurrency, before: slots.total }, 'the number of slots is another one now')
      slots.resize(concurrency)
    }
    const queues = wishes?.queues ?? config.queues
    const pausedEverywhere = queues.filter(queue => this.#queues.get(queue)?.paused === true)
    await served.serve(queues, new Set([...pausedEverywhere, ...wishes?.paused ?? []]))
    const end = wishes?.end ?? null
    if (end === null || end.boot !== identity.boot || JSON.stringify(end) === JSON.stringify(this.#heardEnd)) return
    this.#heardEnd = end
    onEnd(end)
  }
}
