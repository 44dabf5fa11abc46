import type { LogFrame } from '../broker/live-log.js'
import { LongshoreError } from '../errors.js'
import type { LogPace, LogStore } from '../log-store/log-store.js'
import { framesAfter } from './frames-after.js'
import { frameOf } from './read-range.js'

/** Each is a request when the store is a server. */
const CHUNK = 1024 * 1024
const KEPT_TAIL = 512
const NEW_LINE = 0x0a

/** Reads a log of the log store from where it stopped before, also while it grows. */
export class StoredLog {
  #offset: number
  /** The last bytes before the offset: when they are not there any more, the log has been replaced. */
  #tail = Buffer.alloc(0)
  #count = 0
  #last: LogFrame | null = null
  #exists = false

  /** `from` is the place of a line of which somebody has read all before. */
  constructor(private readonly store: LogStore, private readonly name: string, from = 0) {
    this.#offset = from
  }

  /** The place up to which it has been read. */
  get offset(): number {
    return this.#offset
  }

  /** Whether anything has been found so far. */
  get exists(): boolean {
    return this.#exists
  }

  get pace(): LogPace {
    return this.store.pace
  }

  /** Frames that somebody has shown from elsewhere are not returned again. */
  skip(frames: readonly LogFrame[]): void {
    this.#count += frames.length
    this.#last = frames.at(-1) ?? this.#last
  }

  /** What came since the last call, in whole lines; empty when nothing did. */
  async *read(): AsyncGenerator<readonly LogFrame[]> {
    if (this.#count > 0 && (this.#offset === 0 || await this.#wasReplaced())) {
      yield* this.#catchUp()
      return
    }
    for (;;) {
      const frames = await this.#next()
      if (frames.length === 0) return
      this.skip(frames)
      yield frames
    }
  }

  /** The log is another copy than the one that was shown: finds the place in it. */
  async *#catchUp(): AsyncGenerator<readonly LogFrame[]> {
    const shown = { count: this.#count, last: this.#last }
    this.#offset = 0
    this.#tail = Buffer.alloc(0)
    const all: LogFrame[] = []
    for (let frames = await this.#next(); frames.length > 0; frames = await this.#next()) all.push(...frames)
    if (all.length === 0) return
    const missing = framesAfter(all, shown)
    this.#count = all.length
    this.#last = all.at(-1) ?? this.#last
    if (missing.length > 0) yield missing
  }

  async #next(): Promise<LogFrame[]> {
    const bytes = await this.#bytes(this.#offset, CHUNK)
    let end = bytes.lastIndexOf(NEW_LINE) + 1
    // Lines are bounded, but nothing may be skipped if one was not.
    if (end === 0 && bytes.length === CHUNK) end = bytes.length
    if (end === 0) return []
    const lines = bytes.subarray(0, end)
    this.#offset += end
    this.#tail = Buffer.concat([this.#tail, lines]).subarray(-KEPT_TAIL)
    return lines.toString('utf8').split('\n').slice(0, -1).map(frameOf)
  }

  async #wasReplaced(): Promise<boolean> {
    const before = await this.#bytes(this.#offset - this.#tail.length, this.#tail.length)
    return this.#exists && !before.equals(this.#tail)
  }

  async #bytes(start: number, length: number): Promise<Buffer> {
    try {
      const { bytes } = await this.store.read(this.name, start, length)
      this.#exists = true
      return bytes
    } catch (error) {
      if (error instanceof LongshoreError && error.code === 'LS_LOG_NOT_FOUND') return Buffer.alloc(0)
      throw error
    }
  }
}
