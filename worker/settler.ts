import { crashPoint } from '../shared/crash-point.js'
import type { Config } from '../shared/config/schema.js'
import type { Log } from '../shared/log.js'
import type { Service } from '../shared/lifecycle.js'
import { Loop } from '../shared/loop.js'
import type { FinishedEvent } from '../shared/protocol/events.js'
import type { Cleaner, Leftovers } from './cleaner.js'
import { monotonic, within } from './clock.js'
import type { Gate } from './gate.js'
import type { LeaseKeeper } from './lease-keeper.js'
import type { Reporter } from './reporter.js'
import type { Roster } from './roster.js'
import { Settlement, type Keep, type SettlementActions } from './settlement.js'
import type { Journal } from './state/journal.js'

export interface SettlerOptions {
  readonly config: Config
  readonly roster: Roster
  readonly keeper: LeaseKeeper
  readonly reporter: Reporter
  readonly cleaner: Cleaner
  readonly journal: Journal
  readonly gate: Gate
  readonly log: Log
}

/** Repeats finishes until they are durable. */
export class Settler implements Service {
  readonly name = 'settle'
  readonly #loop: Loop
  readonly #settlements = new Set<Settlement>()
  readonly #actions: SettlementActions
  /** Monotonic time at which the loop looks again by itself. */
  #next = Infinity

  constructor(private readonly options: SettlerOptions) {
    const { log, reporter, cleaner } = options
    this.#loop = new Loop({ name: this.name, log, runOnce: () => this.runOnce() })
    this.#actions = {
      send: ({ queue, event, leftovers: { isLogShipped } }) => reporter.send(queue, event, { isLogShipped }),
      keep: settlement => this.#keep(settlement),
      done: (settlement, verdict) => {
        this.#settlements.delete(settlement)
        cleaner.clean(settlement.leftovers, verdict, settlement, settlement.event)
      },
    }
  }

  start(): Promise<void> {
    return this.#loop.start()
  }

  async stop(): Promise<void> {
    await within(2_000, this.#loop.stop())
  }

  /** Finishes that wait to be confirmed. */
  get size(): number {
    return this.#settlements.size
  }

  /** Sends the finish and keeps at it; resolves after the first sending, whatever came of it. */
  async settle(leftovers: Leftovers, event: FinishedEvent, keep: Keep): Promise<void> {
    const settlement = new Settlement(leftovers, event, keep, this.#actions)
    if (keep === 'now') await settlement.keep()
    crashPoint('worker.after-spool')
    this.options.roster.put(settlement)
    this.#settlements.add(settlement)
    await settlement.send()
    if (!settlement.sent) await settlement.keep()
    settlement.planPoll(monotonic(), this.options.config.leaseRenewEvery)
    if (settlement.pollAt < this.#next) this.#loop.wake()
  }

  /** Asks about every finish whose turn it is; returns the time until the next one's. */
  async runOnce(): Promise<number> {
    const now = monotonic()
    const { config: { leaseTtl, leaseRenewEvery }, keeper } = this.options
    const due = new Map<string, Settlement[]>()
    for (const settlement of this.#settlements) {
      if (settlement.pollAt > now) continue
      if (settlement.isLate) void settlement.keep()
      settlement.planPoll(now, leaseRenewEvery)
      const group = due.get(settlement.queue)
      if (group === undefined) due.set(settlement.queue, [settlement])
      else group.push(settlement)
    }
    await Promise.all([...due].map(([queue, settlements]) => keeper.renew(queue, settlements, leaseTtl)))
    this.#next = Infinity
    for (const { pollAt } of this.#settlements) this.#next = Math.min(this.#next, pollAt)
    return Math.max(0, this.#next - monotonic())
  }

  /** Leaves every finish on disk for the next process, and sends what Redis has not taken yet, once. */
  async flush(): Promise<void> {
    await Promise.all([...this.#settlements].flatMap(settlement => [settlement.keep(), ...(settlement.sent ? [] : [settlement.send()])]))
  }

  async #keep({ id, queue, leftovers: { executor, log }, event }: Settlement): Promise<void> {
    try {
      await this.options.journal.writeFinish({ v: 1, queue, executor: executor === null || executor.kind === 'noop' ? null : executor.kind, log, event })
    } catch (error) {
      // A crash now costs a second look at the container, which still has its exit code.
      this.options.log.error({ attempt: id, err: error }, 'a finish cannot be kept on disk; it is sent all the same')
      this.options.gate.close('disk', (error as Error).message)
    }
  }
}
