import type { RenewAnswer } from '../shared/broker/leases.js'
import type { AttemptId } from '../shared/protocol/attempt-id.js'
import type { FinishedEvent } from '../shared/protocol/events.js'
import type { Leftovers, Verdict } from './cleaner.js'
import { monotonic } from './clock.js'
import type { RosterEntry } from './roster.js'

/** The scheduler's commit is asked for after this long, then after twice as long, and so on. */
const FIRST_POLL_MS = 25
const REPEAT_EVERY_MS = 30_000
/** A finish that the scheduler has not confirmed after this long may wait for hours. */
const KEEP_AFTER_MS = 150

/** When a finish is put on disk. */
export type Keep =
  /** Before it is sent: nobody could tell it again. */
  | 'now'
  /** When it is not confirmed soon: until then, the next process would find out the same. */
  | 'later'
  /** It is there, or it concerns this process only. */
  | 'never'

export interface SettlementActions {
  /** Whether Redis took the event. */
  readonly send: (settlement: Settlement) => Promise<boolean>
  /** Puts the finish on disk. */
  readonly keep: (settlement: Settlement) => Promise<void>
  /** Called once. */
  readonly done: (settlement: Settlement, verdict: Verdict) => void
}

/** An attempt that has ended here, and whose finish the scheduler has not confirmed. */
export class Settlement implements RosterEntry {
  readonly active = false
  renewedAt = monotonic()
  /** Monotonic time at which to ask for the scheduler's word. */
  pollAt = Infinity
  #delay = FIRST_POLL_MS
  #sent = false
  /** A renewal of all leases may come meanwhile. */
  #sending = false
  #sentAt = 0
  #over = false
  readonly #bornAt = monotonic()
  #keeping: Promise<void> | null = null

  constructor(readonly leftovers: Leftovers, readonly event: FinishedEvent, private readonly keeps: Keep, private readonly actions: SettlementActions) {}

  get id(): AttemptId { return this.leftovers.id }
  get queue(): string { return this.leftovers.queue }
  get sent(): boolean { return this.#sent }

  /** Puts it on disk once, and not any more when it is confirmed: it would be found again. */
  keep(): Promise<void> {
    if (this.keeps !== 'never' && !this.#over) this.#keeping ??= this.actions.keep(this)
    return this.#keeping ?? Promise.resolve()
  }

  /** Whether its confirmation is late. */
  get isLate(): boolean {
    return monotonic() - this.#bornAt > KEEP_AFTER_MS
  }

  async send(): Promise<void> {
    this.#sending = true
    this.#sentAt = monotonic()
    try {
      this.#sent = await this.actions.send(this)
    } finally {
      this.#sending = false
    }
  }

  /** Plans the next question; beyond `limit` the answer comes with the renewal of all leases. */
  planPoll(now: number, limit: number): void {
    this.pollAt = this.#delay > limit ? Infinity : now + this.#delay
    this.#delay *= 2
  }

  hear(answer: RenewAnswer): void {
    if (this.#over) return
    if (answer === 'durable' || answer === 'fenced' || answer === 'owned') {
      this.#over = true
      // What is being written now would come after everything else is gone.
      void (this.#keeping ?? Promise.resolve()).then(() => { this.actions.done(this, answer) })
    } else if ((!this.#sent && !this.#sending) || answer === 'retaken' || monotonic() - this.#sentAt > REPEAT_EVERY_MS) {
      void this.send()
    }
  }

  /** Nothing runs any more. */
  selfFence(): void {}
}
