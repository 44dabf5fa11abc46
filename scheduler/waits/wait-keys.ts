import type { Database } from '../../shared/database/database.js'
import { bringForward } from '../../shared/database/tables/task-instances.js'
import { waitKeysInUse } from '../../shared/database/tables/waiting-instances.js'

/** How often the keys in use are read, milliseconds. */
const REFRESH_MS = 1_000
/**
 * Rest of a key for each instance that it brought forward, milliseconds: where a thousand instances wait for one busy DAG,
 * not each of its ends has all of them looked at.
 */
const REST_MS = 2
const LONGEST_REST_MS = 5_000

/**
 * Brings forward the looks of those who wait for what ended. Which keys anybody waits for is kept in memory, so that an
 * end for which nobody waits costs nothing.
 */
export class WaitKeys {
  #inUse: ReadonlySet<string> = new Set()
  #readAt = -Infinity
  /** Ended, and their waits not brought forward yet; kept through an outage of the database. */
  readonly #pending = new Set<string>()
  readonly #restUntil = new Map<string, number>()
  /** Called when there is something to bring forward. */
  onPending: () => void = () => {}

  constructor(private readonly database: Database) {}

  /** Told what ended. */
  heard(keys: ReadonlySet<string>): void {
    let isNews = false
    for (const key of keys) {
      if (!this.#inUse.has(key) || this.#pending.has(key)) continue
      this.#pending.add(key)
      isNews = true
    }
    if (isNews) this.onPending()
  }

  /** Told that this scheduler has let something wait: the keys in use are read again at once. */
  changed(): void {
    this.#readAt = -Infinity
  }

  /** Brings forward what is pending. Returns the milliseconds until it wants to be called again. */
  async runOnce(): Promise<number> {
    if (performance.now() - this.#readAt >= REFRESH_MS) {
      // Before the query: what begins to wait meanwhile asks for another one.
      this.#readAt = performance.now()
      this.#inUse = new Set(await waitKeysInUse(this.database))
    }
    await this.#bringForward()
    const rests = [...this.#pending].map(key => Math.max(0, (this.#restUntil.get(key) ?? 0) - performance.now()))
    return Math.ceil(Math.min(REFRESH_MS, ...rests))
  }

  async #bringForward(): Promise<void> {
    const startedAt = performance.now()
    for (const [key, until] of this.#restUntil) if (until <= startedAt) this.#restUntil.delete(key)
    const ready = [...this.#pending].filter(key => !this.#restUntil.has(key))
    if (ready.length === 0) return
    for (const key of ready) this.#pending.delete(key)
    try {
      const brought = await this.database.transact('bring-forward', tx => bringForward(tx, ready))
      for (const key of ready) if (brought > 0) this.#restUntil.set(key, performance.now() + Math.min(LONGEST_REST_MS, brought * REST_MS))
    } catch (error) {
      for (const key of ready) this.#pending.add(key)
      throw error
    }
  }
}
