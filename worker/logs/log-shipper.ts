import { join } from 'node:path'
import type { LiveLog, LogFrame } from '../../shared/broker/live-log.js'
import type { Log } from '../../shared/log.js'
import { formatLogLine } from '../../shared/log-store/log-line.js'
import type { LogStore } from '../../shared/log-store/log-store.js'
import type { LogSummary } from '../../shared/protocol/events.js'
import { sleep, within } from '../clock.js'
import type { Executor, LogBatch, LogPosition, TaskRef } from '../executors/executor.js'
import { writeIn } from '../state/durable-file.js'
import { shipAuthoritativeLog } from './authoritative-log.js'
import { LogCap } from './log-cap.js'
import { LogMasker } from './log-masker.js'
import { LiveTail } from './live-tail.js'
import { START, type LogCursor } from './log-cursor.js'
import type { Mask } from './mask.js'

/** The log of a task that ends before this is read once, after its end: nothing of it is followed. */
const FOLLOW_AFTER_MS = 400
/** Between two readings of a log whose connection was lost. */
const REOPEN_MS = 250
const RETRY_WRITE_MS = 1_000
const HOLD_MS = 800
/** Made once: an exception for each task costs more than the rest of its stop. */
const STOPPED = new Error('the log is not read on')
/** How long a finish waits for the rest of the log where the authoritative log is read afterwards anyway. */
const DRAIN_MS = 2_000
/** And where what is read now is all there will be. */
const DRAIN_WHOLE_MS = 600_000

export interface LogShipperOptions {
  readonly task: TaskRef
  readonly executor: Executor
  /** Name in the log store. */
  readonly name: string
  readonly store: LogStore
  readonly live: LiveLog
  readonly maxBytes: number
  /** Null when there is nothing to mask. */
  readonly mask: Mask | null
  /** How long the end of what was printed is held back because it may be the beginning of a secret, in milliseconds. */
  readonly holdFor?: number
  readonly log: Log
}

export const cursorPath = ({ directory }: TaskRef): string => join(directory, 'log-cursor.json')

/**
 * Brings what a task prints to the log store and to live readers while it runs. A process that takes over goes on at the
 * cursor, which is noted after every write: what was written without being noted is written again to the same place.
 */
export class LogShipper {
  readonly #stopped = new AbortController()
  readonly #ended = new AbortController()
  readonly #tail: LiveTail
  readonly #masker: LogMasker | null
  #cursor: LogCursor = START
  #reading: LogPosition | null = null
  /** Behind the reading by what the masker holds: only what was let out counts as shipped. */
  #letOut: LogPosition | null = null
  #cap: LogCap
  #pending: string[] = []
  #pendingBytes = 0
  #pendingLines = 0
  #flushing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #holding: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  #isAuthoritative = false

  constructor(private readonly options: LogShipperOptions) {
    this.#cap = new LogCap(options.maxBytes, 0)
    this.#tail = new LiveTail(options.live, options.task.attempt)
    this.#masker = options.mask === null ? null : new LogMasker(options.mask)
  }

  /** Begins at the cursor. */
  start(cursor: LogCursor): void {
    this.#cursor = cursor
    this.#reading = this.#letOut = this.#cursor.position
    this.#cap = new LogCap(this.options.maxBytes, this.#cursor.bytes, this.#cursor.truncated)
    this.#running = this.#run()
  }

  /** The task has ended: waits for the rest, but not for long, and tells what there was. */
  async finish(): Promise<LogSummary> {
    this.#ended.abort(null)
    await within(this.options.executor.keepsLog ? DRAIN_MS : DRAIN_WHOLE_MS, this.#running)
    await this.stop()
    const { bytes, lines, truncated } = this.#cursor
    return { bytes, lines, truncated }
  }

  /** Whether what the store has was read after the end of the task, as a whole. */
  get isAuthoritative(): boolean {
    return this.#isAuthoritative
  }

  /** Stops reading; what has been read is written, what has not is the next process' to read. */
  async stop(): Promise<void> {
    this.#stopped.abort(STOPPED)
    await within(DRAIN_MS, this.#running)
    clearTimeout(this.#timer)
    clearTimeout(this.#holding)
    await within(DRAIN_MS, this.#flush())
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped
    if (await this.#endedSoon(signal) && await this.#shipWhole(signal)) return
    while (!signal.aborted && !this.#cap.reached) {
      const hadEnded = this.#ended.signal.aborted
      let interrupted = false
      try {
        await this.#follow(signal)
      } catch (error) {
        interrupted = true
        if (!signal.aborted) this.options.log.debug({ attempt: this.options.task.attempt, err: error }, 'reading a log was interrupted')
      }
      // A log ends with its task or with the connection; which of them it was is only known when the runner says so.
      await sleep(REOPEN_MS, AbortSignal.any([signal, this.#ended.signal]))
      if (hadEnded || (this.#ended.signal.aborted && !interrupted)) break
    }
    // What is held is the next process' to read, unless there is nothing more to come.
    if (!signal.aborted) this.#add(this.#masker?.end() ?? [])
    await this.#flush()
    this.#tail.flush()
  }

  async #endedSoon(signal: AbortSignal): Promise<boolean> {
    if (!this.options.executor.keepsLog || this.#cursor.position !== null) return false
    await sleep(FOLLOW_AFTER_MS, AbortSignal.any([signal, this.#ended.signal]))
    return this.#ended.signal.aborted && !signal.aborted
  }

  async #shipWhole(signal: AbortSignal): Promise<boolean> {
    try {
      this.#cursor = { v: 1, position: null, ...await shipAuthoritativeLog({ ...this.options, signal }) }
      this.#isAuthoritative = true
    } catch (error) {
      if (!signal.aborted) this.options.log.debug({ attempt: this.options.task.attempt, err: error }, 'reading a log was interrupted')
    }
    return this.#isAuthoritative
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { executor, task, store: { pace } } = this.options
    for await (const batch of executor.readLog(task, this.#reading, true, signal)) {
      this.#reading = batch.position
      this.#add(this.#masker === null ? [batch] : this.#masker.push(batch))
      if (this.#masker?.isHolding === true) this.#holding ??= setTimeout(() => this.#letGo(), this.options.holdFor ?? HOLD_MS)
      if (this.#cap.reached) break
      if (this.#pending.length === 0) continue
      // Waiting here is the backpressure: nothing more is read while the store is slow.
      if (this.#pendingBytes >= pace.bytes) await this.#flush()
      else this.#timer ??= setTimeout(() => void this.#flush(), pace.everyMs)
    }
    await this.#flush()
  }

  /** What has been held for long is shown: nothing may come after it for hours. */
  #letGo(): void {
    this.#holding = undefined
    this.#add(this.#masker?.flush() ?? [])
    void this.#flush()
  }

  #add(batches: readonly LogBatch[]): void {
    for (const { frames, position } of batches) {
      for (const frame of frames) this.#addFrame(frame)
      this.#letOut = position
    }
    if (this.#masker?.isHolding !== true) {
      clearTimeout(this.#holding)
      this.#holding = undefined
    }
  }

  #addFrame(frame: LogFrame): void {
    for (const kept of this.#cap.admit(frame)) {
      const line = formatLogLine(kept)
      this.#pending.push(line)
      this.#pendingBytes += Buffer.byteLength(line)
      this.#pendingLines += 1
      this.#tail.add(kept)
    }
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushing = this.#flushing.then(() => this.#write())
    return this.#flushing
  }

  /** Writes what is pending; repeats it until it succeeds or the shipper stops, so that the log has no hole. */
  async #write(): Promise<void> {
    if (this.#pending.length === 0) return
    const bytes = Buffer.from(this.#pending.join(''))
    const next: LogCursor = {
      v: 1, position: this.#letOut, bytes: this.#cursor.bytes + bytes.length, lines: this.#cursor.lines + this.#pendingLines, truncated: this.#cap.reached,
    }
    this.#pending = []
    this.#pendingBytes = 0
    this.#pendingLines = 0
    const { store, name, task, log } = this.options
    for (let failures = 0; ; failures += 1) {
      try {
        await store.write(name, this.#cursor.bytes, bytes)
        await writeIn(task.directory, cursorPath(task), JSON.stringify(next))
        this.#cursor = next
        return
      } catch (error) {
        if (failures === 0) log.error({ attempt: task.attempt, file: name, err: error }, 'a log cannot be written; it will be repeated')
        if (this.#stopped.signal.aborted) return
        await sleep(RETRY_WRITE_MS, this.#stopped.signal)
      }
    }
  }
}
