import { Problem } from '../http/problem.js'
import type { Principal } from '../identity/principal.js'

export interface ReaderLimitOptions {
  /** In all. */
  readonly most: number
  /** Of one user, their tokens included. */
  readonly each: number
  /** From one address: it must not take the places of all others. */
  readonly address: number
}

export const READER_LIMITS: ReaderLimitOptions = { most: 2_000, each: 100, address: 1_000 }

/** Bounds who listens at once: each holds a connection and what waits for it. */
export class ReaderLimits {
  readonly #open = new Map<string, number>()

  constructor(private readonly options: ReaderLimitOptions) {}

  /** Takes a place and gives what leaves it; @throws Problem LS_TOO_MANY_REQUESTS */
  enter({ user, name }: Pick<Principal, 'user' | 'name'>, address: string): () => void {
    const { most, each, address: fromOne } = this.options
    const places = [
      { key: `user ${user}`, most: each, refusal: `'${name}' has ${each} streams open already` },
      { key: `address ${address}`, most: fromOne, refusal: `${fromOne} streams are open from ${address} already` },
      { key: 'all', most, refusal: `${most} streams are open already` },
    ]
    for (const place of places) if (this.#count(place.key) >= place.most) throw new Problem('LS_TOO_MANY_REQUESTS', place.refusal)
    for (const { key } of places) this.#open.set(key, this.#count(key) + 1)
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      for (const { key } of places) this.#leave(key)
    }
  }

  #count(key: string): number {
    return this.#open.get(key) ?? 0
  }

  #leave(key: string): void {
    const left = this.#count(key) - 1
    if (left > 0) this.#open.set(key, left)
    else this.#open.delete(key)
  }
}
