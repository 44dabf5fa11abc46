import type { Service } from '../../shared/lifecycle.js'
import type { Log } from '../../shared/log.js'
import { Loop } from '../../shared/loop.js'
import type { EndWish } from '../../shared/protocol/wishes.js'
import { Attempt } from '../attempt.js'
import { monotonic } from '../clock.js'
import { StopCause } from '../ending.js'
import type { Gate } from '../gate.js'
import type { Roster } from '../roster.js'

export type DrainWish = Pick<EndWish, 'deadline' | 'then'>

export interface DrainOptions {
  readonly gate: Gate
  readonly roster: Roster
  /** Attempts between the queue and the roster. */
  readonly busy: () => number
  /** Stops taking jobs; resolves when none is on its way any more. */
  readonly stopFetching: () => Promise<void>
  readonly log: Log
}

const LOOK_EVERY_MS = 100

/**
 * The orderly end of a worker: it takes nothing new, lets its tasks end, waits until all that they left is put away, and then
 * the process ends. At the deadline, if there is one, tasks that still run are left to the next process or stopped.
 */
export class Drain implements Service {
  readonly name = 'drain'
  readonly #loop: Loop
  #whenEnded: () => void = () => {}
  #begun: { at: number; wish: DrainWish } | null = null
  #hasStopped = false
  /** Settles when there is nothing left to wait for. */
  readonly ended = new Promise<void>(resolve => { this.#whenEnded = resolve })

  constructor(private readonly options: DrainOptions) {
    this.#loop = new Loop({ name: this.name, log: options.log, runOnce: () => this.runOnce() })
  }

  get isDraining(): boolean {
    return this.#begun !== null
  }

  /** Begins at `begin`. */
  start(): Promise<void> {
    return Promise.resolve()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** A second wish changes the deadline of the first, which counts from then. */
  begin(wish: DrainWish): void {
    this.#begun = { at: monotonic(), wish }
    this.options.gate.close('drain', wish.deadline === 0 && wish.then === 'detach' ? 'it was told to shut down' : 'it is being drained')
    this.options.log.info({ loop: this.name, deadlineMs: wish.deadline, then: wish.then, attempts: this.options.roster.entries.length }, 'draining: no new work is taken')
    void this.#loop.start()
    this.#loop.wake()
  }

  async runOnce(): Promise<number> {
    const begun = this.#begun
    if (begun === null) return LOOK_EVERY_MS
    const { roster, busy, stopFetching, log } = this.options
    await stopFetching()
    const left = Math.max(roster.entries.length, busy())
    const isLate = begun.wish.deadline !== null && monotonic() - begun.at >= begun.wish.deadline
    if (left === 0 || (isLate && begun.wish.then === 'detach')) {
      log.info({ loop: this.name, attempts: left }, left === 0 ? 'drained: nothing is left here' : 'the deadline of the drain is over; what runs is left to the next process')
      this.#whenEnded()
      return 60_000
    }
    if (isLate) this.#stopTasks()
    return LOOK_EVERY_MS
  }

  #stopTasks(): void {
    for (const entry of this.options.roster.entries) {
      if (entry instanceof Attempt) entry.requestStop(StopCause.drained, 'its worker was drained, and the task still ran at the deadline; it is run again elsewhere')
    }
    if (!this.#hasStopped) this.options.log.warn({ loop: this.name, attempts: this.options.roster.active }, 'the deadline of the drain is over; tasks are stopped')
    this.#hasStopped = true
  }
}
