import type { Redis } from 'ioredis'
import { PrefetchList } from '../../shared/broker/prefetch.js'
import type { Config } from '../../shared/config/schema.js'
import type { Log } from '../../shared/log.js'
import type { Service } from '../../shared/lifecycle.js'
import { Loop } from '../../shared/loop.js'
import { isAllowed } from '../admission.js'
import { monotonic } from '../clock.js'
import { withTag } from '../executors/docker/container-spec.js'
import type { Images } from '../executors/docker/images.js'
import { ExecutionFailure } from '../executors/executor.js'

const EVERY_MS = 30_000
/** An image that was brought, or could not be, is left alone for so long. */
const AGAIN_AFTER_MS = 5 * 60_000
/** What one queue may ask for: whoever can write the list could fill a disk with images that are allowed here. */
const MOST_PER_QUEUE = 100

export interface PrefetcherOptions {
  readonly config: Config
  readonly redis: Redis
  readonly images: Pick<Images, 'ensure'>
  /** Whether this worker has nothing better to do with its network and disk. */
  readonly isIdle: () => boolean
  readonly log: Log
}

/** Pulls what the next half hour needs, one image at a time, while slots are idle. */
export class Prefetcher implements Service {
  readonly name = 'prefetcher'
  readonly #loop: Loop
  readonly #list: PrefetchList
  readonly #stopped = new AbortController()
  /** Monotonic time at which each image was last seen to. */
  readonly #seenTo = new Map<string, number>()
  #needed: ReadonlySet<string> = new Set()

  constructor(private readonly options: PrefetcherOptions) {
    this.#list = new PrefetchList(options.redis, options.config.redisPrefix)
    this.#loop = new Loop({ name: this.name, log: options.log, runOnce: () => this.runOnce() })
  }

  /** Names of the images that are needed soon, as far as this worker may run them. */
  get needed(): ReadonlySet<string> {
    return this.#needed
  }

  start(): Promise<void> {
    return this.#loop.start()
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new Error('the worker stops'))
    await this.#loop.stop()
  }

  async runOnce(): Promise<number> {
    const { config, isIdle } = this.options
    const wanted = await this.#read()
    this.#needed = new Set(wanted)
    for (const image of this.#seenTo.keys()) if (!this.#needed.has(image)) this.#seenTo.delete(image)
    if (!config.imagePrefetch) return EVERY_MS
    for (const image of wanted) {
      if (!isIdle() || this.#stopped.signal.aborted) break
      const seenTo = this.#seenTo.get(image)
      if (seenTo === undefined || monotonic() - seenTo >= AGAIN_AFTER_MS) await this.#bring(image)
    }
    return EVERY_MS
  }

  /** What is needed first comes first. */
  async #read(): Promise<string[]> {
    const { queues, allowImage } = this.options.config
    const due = new Map<string, number>()
    for (const queue of queues) {
      const list = [...await this.#list.read(queue)].filter(([image]) => isAllowed(image, allowImage)).slice(0, MOST_PER_QUEUE)
      for (const [image, at] of list) due.set(withTag(image), Math.min(at, due.get(withTag(image)) ?? Infinity))
    }
    return [...due].sort(([, a], [, b]) => a - b).map(([image]) => image)
  }

  async #bring(image: string): Promise<void> {
    this.#seenTo.set(image, monotonic())
    try {
      await this.options.images.ensure(image, 'missing', this.#stopped.signal)
    } catch (error) {
      if (this.#stopped.signal.aborted) return
      // The pull has told what was wrong; the task that needs it will tell again.
      if (!(error instanceof ExecutionFailure)) throw error
    }
  }
}
