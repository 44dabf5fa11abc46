import { readNow, type Read } from './cgroup-usage.js'

/** A time within which the count rose; milliseconds since the epoch. */
interface Rise {
  readonly from: number
  readonly to: number
}

const KEPT_RISES = 200
/** From the kernel's decision to the noted end of a container, on a busy host. */
const BEFORE_END_MS = 1_000

/**
 * When the kernel of this host has killed for memory, whomever. Docker with cgroup version 1 drops its own event of a container that
 * dies at once, and its cgroup is gone by then: this count stays.
 */
export class HostKills {
  readonly #rises: Rise[] = []
  #last: { readonly at: number; readonly count: number } | null = null

  constructor(private readonly clock: () => number, private readonly read: Read = readNow) {}

  look(): void {
    const at = this.clock()
    // Linux 4.13 and later.
    const count = Number(/^oom_kill (\d+)$/m.exec(this.read('/proc/vmstat') ?? '')?.[1] ?? NaN)
    if (Number.isNaN(count)) return
    if (this.#last !== null && count > this.#last.count) this.#rises.push({ from: this.#last.at, to: at })
    if (this.#rises.length > KEPT_RISES) this.#rises.shift()
    this.#last = { at, count }
  }

  /** Whether it killed somebody shortly before this time, as far as it was looked at. */
  hasKilledBefore(end: number): boolean {
    this.look()
    return this.#rises.some(({ from, to }) => from <= end && to >= end - BEFORE_END_MS)
  }
}
