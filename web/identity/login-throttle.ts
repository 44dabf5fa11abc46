/** How many wrong logins are free, and how long the wait after them gets: it doubles from a second. */
interface Limit {
  readonly free: number
  readonly most: number
}

/**
 * Guessing one password from one address gets slow at once. Guessing one user's from many addresses gets slower, but never so slow
 * that somebody could lock another one out; guessing many users' from one address is held as well.
 */
const LIMITS = {
  pair: { free: 5, most: 15 * 60_000 },
  user: { free: 20, most: 10_000 },
  address: { free: 30, most: 15 * 60_000 },
} as const satisfies Record<string, Limit>

const FIRST_WAIT_MS = 1_000
/** Failures older than this are forgotten. */
const MEMORY_MS = 60 * 60_000
/** More than that at once, and the oldest are forgotten: memory is bounded whoever asks. */
const MOST_KEYS = 20_000

interface Failures {
  readonly count: number
  readonly at: number
}

/** Slows down who guesses passwords. Each web process counts for itself. */
export class LoginThrottle {
  readonly #failures = new Map<string, Failures>()

  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * Milliseconds until the next try is allowed; 0 allows it and counts it as failed until {@link succeeded} says otherwise, so that tries at once
   * count as well. Null: by a code, which names nobody and cannot be guessed. Were all codes one user, who tries codes
   * would slow down everybody who has one.
   */
  take(address: string, user: string | null): number {
    const keys = keysOf(address, user)
    const wait = Math.max(...keys.map(([key, limit]) => this.#wait(key, limit)))
    if (wait > 0) return wait
    for (const [key] of keys) this.#count(key, 1)
    return 0
  }

  /** Who knows the password is not guessing it; the address keeps what it did to others. */
  succeeded(address: string, user: string | null): void {
    for (const [key] of keysOf(address, user)) this.#count(key, -1)
    if (user !== null) this.#failures.delete(pairOf(address, user))
  }

  #wait(key: string, { free, most }: Limit): number {
    const found = this.#failures.get(key)
    if (found === undefined || found.count < free) return 0
    const age = this.now() - found.at
    if (age > MEMORY_MS) {
      this.#failures.delete(key)
      return 0
    }
    return Math.max(0, Math.min(most, FIRST_WAIT_MS * 2 ** (found.count - free)) - age)
  }

  #count(key: string, by: number): void {
    const count = (this.#failures.get(key)?.count ?? 0) + by
    this.#failures.delete(key)
    if (count > 0) this.#failures.set(key, { count, at: this.now() })
    if (this.#failures.size <= MOST_KEYS) return
    const [oldest] = this.#failures.keys()
    if (oldest !== undefined) this.#failures.delete(oldest)
  }
}

const pairOf = (address: string, user: string): string => `pair ${address} ${user}`
const keysOf = (address: string, user: string | null): [string, Limit][] => [
  ...(user === null ? [] : [[pairOf(address, user), LIMITS.pair], [`user ${user}`, LIMITS.user]] satisfies [string, Limit][]), [`address ${address}`, LIMITS.address],
]
