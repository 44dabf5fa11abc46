import { Redis, type RedisOptions } from 'ioredis'
import type { Service } from '../../shared/lifecycle.js'
import { queueKeys } from '../../shared/protocol/keys.js'

export interface EarsOptions {
  readonly prefix: string
  readonly connection: RedisOptions
  /** The queues to listen on, now. */
  readonly queues: () => readonly string[]
  /** Something was said about attempts of one of the queues, or is wanted of their workers. */
  readonly onTold: () => void
}

/**
 * Listens for the word that something was said about attempts, so that a cancellation is heard at once and not with the next
 * renewal. A word that gets lost costs no more than that.
 */
export class Ears implements Service {
  readonly name = 'ears'
  #redis: Redis | null = null
  #heard: readonly string[] = []

  constructor(private readonly options: EarsOptions) {}

  /** Does not wait for Redis: a worker starts without it. */
  start(): Promise<void> {
    const { connection, onTold } = this.options
    const redis = this.#redis = new Redis({ ...connection, lazyConnect: true })
    redis.on('error', () => {})
    redis.on('message', onTold)
    // What was said while nobody listened.
    redis.on('ready', onTold)
    this.listen()
    return Promise.resolve()
  }

  /** The queues have changed. */
  listen(): void {
    const { prefix, queues } = this.options
    const wanted = queues().map(queue => queueKeys(prefix, queue).told)
    const [fresh, gone] = [wanted.filter(channel => !this.#heard.includes(channel)), this.#heard.filter(channel => !wanted.includes(channel))]
    this.#heard = wanted
    if (fresh.length > 0) void this.#redis?.subscribe(...fresh).catch(() => {})
    if (gone.length > 0) void this.#redis?.unsubscribe(...gone).catch(() => {})
  }

  stop(): Promise<void> {
    this.#redis?.disconnect()
    this.#redis = null
    this.#heard = []
    return Promise.resolve()
  }
}
