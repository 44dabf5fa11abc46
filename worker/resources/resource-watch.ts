import { monotonic } from '../clock.js'
import { laterUsage, type Usage } from './usage.js'

const FIRST_MS = 40
const LONGEST_MS = 5_000
/** The next look comes when a task is this much older: what it used after the last look is at most this part of the whole, or 5 s of it. */
const GROWTH = 0.4

/** Looks at what one task uses, often while it is young and seldom when it is old: 10 looks in the first second, 12 a minute later. */
export class ResourceWatch {
  readonly #startedAt = monotonic()
  #timer: NodeJS.Timeout | null = null
  #usage: Usage | null = null

  constructor(private readonly look: () => Usage | null) {}

  start(): void {
    this.now()
    const age = monotonic() - this.#startedAt
    this.#timer = setTimeout(() => this.start(), Math.min(LONGEST_MS, Math.max(FIRST_MS, age * GROWTH)))
    this.#timer.unref()
  }

  /** Looks out of turn: before a signal, and once more after the end. */
  now(): Usage | null {
    this.#usage = laterUsage(this.#usage, this.look())
    return this.#usage
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
