import { Redis, type RedisOptions } from 'ioredis'
import type { Service } from '../../shared/lifecycle.js'
import { queueKeys } from '../../shared/protocol/keys.js'

export interface EarsOptions {
  readonly prefix: string
  readonly connection: RedisOptions
  readonly queues: readonly string[]
  /** Something was said about attempts of one of the queues. */
  readonly onTold: () => void
}

/**
 * Listens for the word that something was said about attempts, so that a cancellation is heard at once and not with the next
 * renewal. A word that gets lost costs no more than that.
 */
export class Ears implements Service {
  readonly name = 'ears'
  #redis: Redis | null = null

  constructor(private readonly options: EarsOptions) {}

  /** Does not wait for Redis: a worker starts without it. */
  start(): Promise<void> {
    const { prefix, connection, queues, onTold } = this.options
    const redis = this.#redis = new Redis({ ...connection, lazyConnect: true })
    redis.on('error', () => {})
    redis.on('message', onTold)
    // What was said while nobody listened.
    redis.on('ready', onTold)
    void redis.subscribe(...queues.map(queue => queueKeys(prefix, queue).told)).catch(() => {})
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.#redis?.disconnect()
    this.#redis = null
    return Promise.resolve()
  }
}
