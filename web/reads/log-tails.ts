import type { LogFrame } from '../../shared/broker/live-log.js'
import type { Config } from '../../shared/config/schema.js'
import type { Database } from '../../shared/database/database.js'
import type { AttemptRow } from '../../shared/database/tables/attempts.js'
import { findAttempt } from '../../shared/database/tables/instance-pages.js'
import { followAttempt } from '../../shared/log-reading/follow-attempt.js'
import { StoredLog } from '../../shared/log-reading/stored-log.js'
import { formatLogLine } from '../../shared/log-store/log-line.js'
import type { LogStore } from '../../shared/log-store/log-store.js'
import { attemptId } from '../../shared/protocol/attempt-id.js'
import { AttemptState } from '../../shared/states/attempt.js'

export interface TailListener {
  /** `next` is where the log goes on after them; null when the log store cannot be seen from here. */
  readonly frames: (frames: readonly LogFrame[], next: number | null) => void
  /** `over`: the attempt has ended, and this was everything; otherwise whoever wants more joins anew. */
  readonly end: (over: boolean) => void
}

interface Batch {
  readonly from: number
  readonly to: number
  readonly frames: readonly LogFrame[]
}

/** Bytes that are kept for those who join. */
const KEPT = 1024 * 1024
/** Logs that are followed through Redis at once, each by a connection; beyond, the log store is looked at from time to time. */
const MOST_CONNECTIONS = 100
/** How old an answer about the state of an attempt may be. */
const STATE_MS = 1_000

/** Follows logs that grow, each once however many read it. */
export class LogTails {
  readonly #tails = new Map<string, LogTail>()

  constructor(private readonly database: Database, private readonly config: Config, private readonly store: LogStore) {}

  /** How many logs are followed. */
  get size(): number {
    return this.#tails.size
  }

  /** Joins whoever follows this log already, from a place that has been read up to; false when it must be read further first. */
  join(attempt: AttemptRow, from: number, listener: TailListener): (() => void) | false {
    const id = attemptId({ taskInstance: attempt.ti_id, fence: attempt.fence })
    let tail = this.#tails.get(id)
    if (tail === undefined) {
      const config = this.#tails.size < MOST_CONNECTIONS ? this.config : { ...this.config, redisUrl: '' }
      tail = new LogTail(this.database, config, attempt, new StoredLog(this.store, attempt.log_path, from), () => { this.#tails.delete(id) })
      this.#tails.set(id, tail)
    }
    return tail.join(from, listener)
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#tails.values()].map(tail => tail.stop()))
  }
}

class LogTail {
  readonly #listeners = new Set<TailListener & { readonly from: number }>()
  readonly #work: Promise<void>
  #batches: Batch[] = []
  #kept = 0
  #offset: number
  #isStopped = false
  #state: { readonly at: number; readonly state: AttemptState } | null = null

  constructor(private readonly database: Database, config: Config, private readonly attempt: AttemptRow, private readonly stored: StoredLog, done: () => void) {
    this.#offset = stored.offset
    // Later, when the first listener has joined: without one it would end at once.
    this.#work = Promise.resolve().then(() => this.#follow(config)).catch(() => false).then(over => {
      done()
      for (const listener of this.#listeners) listener.end(over)
    })
  }

  join(from: number, listener: TailListener): (() => void) | false {
    if (from < (this.#batches[0]?.from ?? this.#offset)) return false
    const own = { ...listener, from }
    for (const batch of this.#batches) tell(own, batch)
    this.#listeners.add(own)
    return () => { this.#listeners.delete(own) }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#work
  }

  /** Ends when nobody listens any more: looked at whenever the log or its attempt is. */
  async #follow(config: Config): Promise<boolean> {
    for await (const frames of followAttempt(config, this.attempt, this.stored, () => this.#readState())) {
      const from = this.#offset
      this.#offset = Math.max(from, this.stored.offset)
      const batch = { from, to: this.#offset, frames }
      this.#keep(batch)
      for (const listener of this.#listeners) tell(listener, batch)
      if (this.#isIdle) return false
    }
    return true
  }

  get #isIdle(): boolean {
    return this.#isStopped || this.#listeners.size === 0
  }

  async #readState(): Promise<AttemptState> {
    if (this.#isIdle) throw new Error('nobody reads it')
    if (this.#state === null || performance.now() - this.#state.at > STATE_MS) {
      const row = await findAttempt(this.database, this.attempt.ti_id, this.attempt.fence)
      this.#state = { at: performance.now(), state: row?.state ?? AttemptState.finished }
    }
    return this.#state.state
  }

  #keep(batch: Batch): void {
    if (batch.to === batch.from) return
    this.#batches.push(batch)
    this.#kept += batch.to - batch.from
    while (this.#kept > KEPT && this.#batches.length > 1) {
      const [oldest] = this.#batches.splice(0, 1)
      if (oldest !== undefined) this.#kept -= oldest.to - oldest.from
    }
  }
}

/** What a listener has read already is left out. */
function tell({ from, frames: take }: TailListener & { readonly from: number }, { from: start, to, frames }: Batch): void {
  if (to === start) { take(frames, null); return }
  if (to <= from) return
  let at = start
  const fresh = from <= start ? frames : frames.filter(frame => {
    at += Buffer.byteLength(formatLogLine(frame))
    return at > from
  })
  take(fresh, to)
}
