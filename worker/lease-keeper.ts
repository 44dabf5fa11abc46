import type { Config } from '../shared/config/schema.js'
import type { Log } from '../shared/log.js'
import type { Service } from '../shared/lifecycle.js'
import { Loop } from '../shared/loop.js'
import { monotonic } from './clock.js'
import type { QueueLinks } from './queue/queue-link.js'
import type { Roster, RosterEntry } from './roster.js'

/**
 * Keeps the leases: one call per queue over all attempts there, every `leaseRenewEvery`. What the scheduler has to say comes
 * back with it. When no call succeeds for `selfFenceAfter`, the tasks are stopped: the lease runs out at `leaseTtl`, and
 * then somebody else may run them.
 */
export class LeaseKeeper implements Service {
  readonly name = 'leases'
  readonly #loop: Loop
  #lastSuccess = monotonic()

  constructor(private readonly config: Config, private readonly links: QueueLinks, private readonly roster: Roster, log: Log) {
    this.#loop = new Loop({ name: this.name, log, runOnce: () => this.runOnce() })
  }

  start(): Promise<void> {
    this.#lastSuccess = monotonic()
    return this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  get lateMs(): number {
    return this.#loop.lateMs
  }

  /** Seconds since Redis last renewed everything asked of it. */
  get ageSeconds(): number {
    return (monotonic() - this.#lastSuccess) / 1000
  }

  /** Renews now: Redis was away, and whatever it lost there must be asserted before somebody else is given it. */
  hurry(): void {
    this.#loop.wake()
  }

  async runOnce(): Promise<number> {
    try {
      await this.renewAll(this.config.leaseTtl)
      this.#lastSuccess = monotonic()
      return this.config.leaseRenewEvery
    } finally {
      this.#fence()
    }
  }

  /** Renews every lease for `ttl`, and the locks of the jobs behind them. */
  async renewAll(ttl: number): Promise<void> {
    const calls = [...this.roster.byQueue()].flatMap(([queue, entries]) => [
      this.renew(queue, entries, ttl),
      this.links.of(queue).jobs.extendLocks(entries.map(({ id }) => id)),
    ])
    const failed = (await Promise.allSettled(calls)).find(result => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  /** Renews some leases of one queue and passes on what the scheduler says. */
  async renew(queue: string, entries: readonly RosterEntry[], ttl: number): Promise<void> {
    // The lease counts from when it was asked for, not from when the answer came: that is the safe side.
    const sentAt = monotonic()
    const answers = await this.links.of(queue).leases.renew(entries.map(({ id }) => id), ttl)
    for (const entry of entries) {
      const answer = answers.get(entry.id)
      if (answer === undefined) continue
      entry.renewedAt = sentAt
      entry.hear(answer)
    }
  }

  #fence(): void {
    const now = monotonic()
    for (const entry of this.roster.entries) {
      if (entry.active && now - entry.renewedAt > this.config.selfFenceAfter) entry.selfFence()
    }
  }
}

