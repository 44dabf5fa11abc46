import type { Redis } from 'ioredis'
import { liveChannel } from '../protocol/keys.js'
import type { Changes } from './changes.js'
import { GatheredChanges } from './gathered-changes.js'

/** What changes within this time goes together. */
const GATHER_MS = 40
/** After a message that nobody heard, nothing is put together for this long. Whoever begins to listen reads everything anew after it. */
export const UNHEARD_MS = 1_000

/** Tells those who look what changed, while there are any. Nothing waits for it, and losing it costs nothing but liveness. */
export class LivePublisher {
  readonly #gathered = new GatheredChanges()
  #timer: NodeJS.Timeout | undefined
  #unheardUntil = 0

  constructor(private readonly redis: Redis, private readonly prefix: string) {}

  /** `gather` is called only while somebody listens, and must be quick. */
  tell(gather: (changes: GatheredChanges) => void): void {
    if (performance.now() < this.#unheardUntil) return
    gather(this.#gathered)
    this.#timer ??= setTimeout(() => { this.#send() }, GATHER_MS)
  }

  stop(): void {
    clearTimeout(this.#timer)
    if (this.#timer !== undefined) this.#send()
  }

  #send(): void {
    this.#timer = undefined
    const changes = this.#gathered.take()
    if (changes === null) return
    publishChanges(this.redis, this.prefix, changes).catch(() => 0).then(heard => {
      if (heard === 0) this.#unheardUntil = performance.now() + UNHEARD_MS
    }, () => {})
  }
}

/** Resolves with how many listen. */
export const publishChanges = (redis: Redis, prefix: string, changes: Changes): Promise<number> => redis.publish(liveChannel(prefix), JSON.stringify(changes))
