import type { Redis } from 'ioredis'
import { listeningChannel, liveChannel } from '../protocol/keys.js'
import type { Changes } from './changes.js'
import { GatheredChanges } from './gathered-changes.js'

/** What changes within this time goes together. */
const GATHER_MS = 40
/** After a message that nobody heard, nothing is put together for this long, or until somebody says that they listen. */
export const UNHEARD_MS = 1_000

/** Tells those who look what changed, while there are any. Nothing waits for it, and losing it costs nothing but liveness. */
export class LivePublisher {
  readonly #gathered = new GatheredChanges()
  #timer: NodeJS.Timeout | undefined
  #unheardUntil = 0
  #begun = 0

  constructor(private readonly redis: Redis, private readonly prefix: string) {}

  /** `gather` is called only while somebody listens, and must be quick. */
  tell(gather: (changes: GatheredChanges) => void): void {
    if (performance.now() < this.#unheardUntil) return
    gather(this.#gathered)
    this.#timer ??= setTimeout(() => { this.#send() }, GATHER_MS)
  }

  /** Somebody has begun to listen. */
  listened(): void {
    this.#begun += 1
    this.#unheardUntil = 0
  }

  stop(): void {
    clearTimeout(this.#timer)
    if (this.#timer !== undefined) this.#send()
  }

  #send(): void {
    this.#timer = undefined
    const changes = this.#gathered.take()
    if (changes === null) return
    const begun = this.#begun
    publishChanges(this.redis, this.prefix, changes).catch(() => 0).then(heard => {
      // The answer may come after the word of somebody who has begun to listen since.
      if (heard === 0 && begun === this.#begun) this.#unheardUntil = performance.now() + UNHEARD_MS
    }, () => {})
  }
}

/** Has all publishers tell the next change at once. Resolves with how many of them there are. */
export const announceListener = (redis: Redis, prefix: string): Promise<number> => redis.publish(listeningChannel(prefix), '')

/** Resolves with how many listen. */
export const publishChanges = (redis: Redis, prefix: string, changes: Changes): Promise<number> => redis.publish(liveChannel(prefix), JSON.stringify(changes))
