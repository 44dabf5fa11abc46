import type { Database } from '../../shared/database/database.js'
import { insertDeadLetters } from '../../shared/database/tables/dead-letters.js'
import { crashPoint } from '../../shared/crash-point.js'
import { isContention, isOutage } from '../../shared/outage.js'
import type { Advance } from '../advance.js'
import type { SchedulerBus } from '../bus.js'
import type { RunIndex } from '../plan/run-index.js'
import type { Specs } from '../../shared/planning/specs.js'
import { applyEvents, type Applied } from './apply-events.js'
import type { EventStreams, StreamEntry } from './event-streams.js'
import type { Marks } from './marks.js'

export interface ConsumerOptions {
  readonly batch: number
}

const BLOCK_MS = 2_000
/**
 * Nothing waits for `claimed` and `started`, so a batch of only those waits this long for a `finished` to go with. Halves
 * the transactions of short tasks (bench/README.md).
 */
const LINGER_MS = 20
/** Pause before a batch is repeated that Redis was not there to acknowledge. */
const AGAIN_MS = 500
const CLAIM_EVERY_MS = 10_000
/** How often an entry that cannot be applied is tried by itself before it goes to the dead letters. */
const MAX_TRIES = 5

/**
 * Reads what workers report and applies it: a batch is one transaction, acknowledged only after its commit. An entry that
 * was applied but not acknowledged comes again and changes nothing.
 */
export class Consumer {
  /** Read but not yet applied: kept through an outage of the database. */
  #batch: StreamEntry[] = []
  /** Applied but not acknowledged, because Redis was away. */
  #again: StreamEntry[] = []
  #claimedAt = -Infinity
  /** The acknowledgement of the batch before: the next one is read and applied meanwhile. */
  #settling: Promise<void> = Promise.resolve()

  constructor(
    private readonly database: Database,
    private readonly streams: EventStreams,
    private readonly marks: Marks,
    private readonly advance: Advance,
    private readonly specs: Specs,
    private readonly runIndex: RunIndex,
    private readonly bus: SchedulerBus,
    private readonly options: ConsumerOptions,
  ) {}

  /** One batch. Returns 0: reading is what waits. */
  async runOnce(): Promise<number> {
    if (this.#batch.length === 0) this.#batch = await this.#nextBatch()
    if (this.#batch.length === 0) return 0
    await this.#linger()
    try {
      await this.#apply(this.#batch)
    } catch (error) {
      if (isPassing(error)) throw error
      await this.#applyOneByOne(this.#batch)
    }
    this.#batch = []
    return 0
  }

  /** Resolves when the last batch is acknowledged. */
  settled(): Promise<void> {
    return this.#settling
  }

  async #nextBatch(): Promise<StreamEntry[]> {
    if (this.#again.length > 0) {
      await new Promise(resolve => setTimeout(resolve, AGAIN_MS))
      return this.#again.splice(0)
    }
    if (performance.now() - this.#claimedAt > CLAIM_EVERY_MS) {
      const abandoned = await this.streams.takeAbandoned(this.options.batch)
      this.#claimedAt = performance.now()
      if (abandoned.length > 0) return abandoned
    }
    return this.streams.read(this.options.batch, BLOCK_MS)
  }

  async #linger(): Promise<void> {
    const until = performance.now() + LINGER_MS
    while (!this.#batch.some(isUrgent) && this.#batch.length < this.options.batch) {
      const left = Math.ceil(until - performance.now())
      if (left <= 0) return
      this.#batch.push(...await this.streams.read(this.options.batch, left))
    }
  }

  async #apply(entries: readonly StreamEntry[]): Promise<void> {
    const startedAt = performance.now()
    let applied: Applied | undefined
    await this.advance.transact('apply-events', async tx => {
      applied = await applyEvents(tx, this.specs, this.runIndex, entries)
      return applied.change
    })
    crashPoint('scheduler.before-ack')
    await this.#settling
    // What cannot be acknowledged now is applied again, which changes nothing and gives the same marks.
    this.#settling = this.marks.settle(applied?.marks ?? [], entries).catch(() => { this.#again.push(...entries) })
    this.#tell(applied as Applied, entries, (performance.now() - startedAt) / 1000)
  }

  /** One entry spoils the batch: the others are applied, and that one is set aside when it keeps failing. */
  async #applyOneByOne(entries: readonly StreamEntry[]): Promise<void> {
    for (const entry of entries) {
      for (let tries = 1; ; tries += 1) {
        try {
          await this.#apply([entry])
          break
        } catch (error) {
          if (isPassing(error)) throw error
          if (tries < MAX_TRIES) continue
          await this.#setAside(entry, `could not be applied ${tries} times: ${(error as Error).message}`)
          break
        }
      }
    }
  }

  async #setAside(entry: StreamEntry, reason: string): Promise<void> {
    await this.database.transact('dead-letter', tx => insertDeadLetters(tx, [{ queue: entry.queue, entry: entry.id, payload: entry.text, reason }]))
    await this.marks.settle([], [entry])
    this.bus.emit('dead-letters', { queue: entry.queue, count: 1, reason })
  }

  #tell(applied: Applied, entries: readonly StreamEntry[], seconds: number): void {
    this.bus.emit('events-applied', { count: entries.length, stale: applied.stale, seconds, ageSeconds: ageOf(entries) })
    for (const told of applied.told) this.bus.emit('attempt-told', told)
    for (const ended of applied.endedAttempts) this.bus.emit('attempt-ended', ended)
    for (const { queue, reason } of applied.deadLetters) this.bus.emit('dead-letters', { queue, count: 1, reason })
  }
}

/** Says nothing about the events: they are kept and tried again. */
const isPassing = (error: unknown): boolean => isOutage(error) || isContention(error)

const isUrgent = ({ event }: StreamEntry): boolean => typeof event === 'string' || event.type === 'finished' || event.type === 'released'

/** Ids of entries begin with Redis' time. */
const ageOf = (entries: readonly StreamEntry[]): number => Math.max(0, ...entries.map(({ id }) => Date.now() - Number(id.split('-', 1)[0]))) / 1_000
