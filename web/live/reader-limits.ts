import { Problem } from '../http/problem.js'
import type { Principal } from '../identity/principal.js'

export interface ReaderLimitOptions {
  /** In all. */
  readonly most: number
  /** Of one user or token. */
  readonly each: number
}

export const READER_LIMITS: ReaderLimitOptions = { most: 2_000, each: 100 }

/** Bounds who watches at once: each holds a connection and what waits for it. */
export class ReaderLimits {
  readonly #open = new Map<string, number>()
  #all = 0

  constructor(private readonly options: ReaderLimitOptions) {}

  /** Takes a place and gives what leaves it; @throws Problem LS_TOO_MANY_REQUESTS */
  enter({ kind, user, name }: Principal): () => void {
    const key = `${kind}/${user}/${name}`
    const own = this.#open.get(key) ?? 0
    if (own >= this.options.each) throw new Problem('LS_TOO_MANY_REQUESTS', `'${name}' watches changes in ${own} places already`)
    if (this.#all >= this.options.most) throw new Problem('LS_TOO_MANY_REQUESTS', `${this.#all} people and programs watch changes already`)
    this.#open.set(key, own + 1)
    this.#all += 1
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      this.#all -= 1
      const left = (this.#open.get(key) ?? 1) - 1
      if (left === 0) this.#open.delete(key)
      else this.#open.set(key, left)
    }
  }
}
