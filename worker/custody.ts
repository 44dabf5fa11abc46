import type { RenewAnswer } from '../shared/broker/leases.js'
import type { Log } from '../shared/log.js'
import type { AttemptId } from '../shared/protocol/attempt-id.js'
import { monotonic } from './clock.js'
import type { Leftovers, Verdict } from './cleaner.js'
import type { RosterEntry } from './roster.js'

export interface CustodyOptions {
  readonly leftovers: Leftovers
  /** Whether a later version has noted its end. */
  readonly hasEnded: boolean
  readonly log: Log
  /** The scheduler has given it up: it is to be stopped and removed. Called once. */
  readonly onOver: (custody: Custody, verdict: Verdict) => void
  /** A person wants it stopped. Called again with the next word of it when it could not be. */
  readonly onCancel: (custody: Custody) => Promise<void>
}

/**
 * An attempt that a later version of this worker has begun and noted in a form that this one cannot read: after a downgrade.
 * It can neither be followed nor be reported, but it is not lost either: it runs on under its lease, and when the later
 * version is back it goes on where it was. Rejected: ending it as an infrastructure failure, which would kill healthy tasks,
 * and starting it from what its container says, which has neither the timeout nor the name of the log.
 */
export class Custody implements RosterEntry {
  readonly active = true
  renewedAt = monotonic()
  #isOver = false

  constructor(private readonly options: CustodyOptions) {}

  get id(): AttemptId { return this.options.leftovers.id }
  get queue(): string { return this.options.leftovers.queue }
  get leftovers(): Leftovers { return this.options.leftovers }

  hear(answer: RenewAnswer): void {
    if (this.#isOver) return
    const { onOver, onCancel, hasEnded, log } = this.options
    switch (answer) {
      case 'held':
      case 'retaken':
        return
      case 'cancel':
        if (hasEnded) return
        this.#isOver = true
        onCancel(this).catch((error: unknown) => {
          this.#isOver = false
          log.error({ attempt: this.id, err: error }, 'a task cannot be cancelled yet; it will be tried again')
        })
        return
      case 'fenced':
      case 'owned':
      case 'durable':
        this.#isOver = true
        return onOver(this, answer)
    }
  }

  /** Somebody else may run the task soon. */
  selfFence(): void {
    const { executor, id, directory } = this.leftovers
    executor?.stop({ attempt: id, directory }, 'kill').catch((error: unknown) => this.options.log.error({ attempt: id, err: error }, 'a task cannot be stopped although its lease may end'))
  }
}
