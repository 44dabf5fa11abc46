import { isOutage } from './outage.js'
import type { Log } from './log.js'
import type { Service } from './lifecycle.js'

export interface LoopOptions {
  readonly name: string
  readonly log: Log
  /** One pass. Returns the milliseconds until the next one is due, at most; `wake()` brings it forward. */
  readonly runOnce: () => Promise<number>
  /** Called after each pass that ended without an error: readiness and the watchdog are fed by real progress only. */
  readonly onProgress?: () => void
  /** Called once the loop is told to stop: ends early what a pass may be waiting for. */
  readonly interrupt?: () => Promise<void>
}

const FIRST_BACKOFF_MS = 100
const MAX_BACKOFF_MS = 2_000

/**
 * Runs a step again and again, one at a time. An error never ends the loop: it is logged once per streak and the step is
 * repeated with backoff, because a database or Redis that is away will come back.
 */
export class Loop implements Service {
  readonly name: string
  #stopping = false
  #pending = false
  #wakeUp: (() => void) | undefined
  #running: Promise<void> | undefined
  #failures = 0
  #dueAt = Infinity

  constructor(private readonly options: LoopOptions) {
    this.name = options.name
  }

  start(): Promise<void> {
    this.#stopping = false
    this.#dueAt = performance.now()
    this.#running ??= this.#run()
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.wake()
    await this.options.interrupt?.()
    await this.#running
    this.#running = undefined
    this.#dueAt = Infinity
  }

  /** Brings the next pass forward to now; during a pass it asks for another one. */
  wake(): void {
    this.#pending = true
    this.#wakeUp?.()
  }

  /**
   * How much later than due the next pass ends that brings something, in milliseconds; negative while it is not due. One that
   * failed because a server is away brought that: waiting is all there is to do. A pass that never ends, or fails for reasons of
   * its own each time, is ever later.
   */
  get lateMs(): number {
    return performance.now() - this.#dueAt
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#pending = false
      await this.#sleep(await this.#pass())
    }
  }

  async #pass(): Promise<number> {
    const { log, name, runOnce, onProgress } = this.options
    try {
      const delay = await runOnce()
      if (this.#failures > 0) log.info({ loop: name, failures: this.#failures }, 'loop recovered')
      this.#failures = 0
      onProgress?.()
      this.#dueAt = performance.now() + delay
      return delay
    } catch (error) {
      if (this.#failures === 0 && !this.#stopping) {
        if (isOutage(error)) log.warn({ loop: name, err: error }, 'a server is away; the loop waits for it')
        else log.error({ loop: name, err: error }, 'loop failed; it will be repeated')
      }
      this.#failures += 1
      if (isOutage(error)) this.#dueAt = performance.now() + MAX_BACKOFF_MS
      return Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(this.#failures, 10))
    }
  }

  #sleep(milliseconds: number): Promise<void> {
    if (this.#pending || this.#stopping) return Promise.resolve()
    return new Promise(resolve => {
      const timer = setTimeout(done, Math.min(milliseconds, 2 ** 31 - 1))
      const self = this
      function done(): void {
        clearTimeout(timer)
        self.#wakeUp = undefined
        resolve()
      }
      this.#wakeUp = done
    })
  }
}
