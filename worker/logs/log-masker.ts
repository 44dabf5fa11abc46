import type { LogFrame } from '../../shared/broker/live-log.js'
import type { LogBatch } from '../executors/executor.js'
import { Coverage } from './coverage.js'
import type { Mask } from './mask.js'

/** Code units that may be held back. What is printed so fast is flushed as if it had waited for too long. */
const MAX_HELD = 256 * 1024

type Stream = LogFrame['stream']
type Places = Readonly<Record<Stream, number>>

interface HeldFrame {
  readonly frame: LogFrame
  /** Where its text begins in its stream, and where its line does. */
  readonly from: number
  readonly lineStart: number
}

interface HeldBatch {
  readonly frames: readonly HeldFrame[]
  readonly position: LogBatch['position']
  /** Where it ends in each stream. */
  readonly ends: Places
}

/**
 * Masks a log as it comes, also values that are split between frames. A batch is held back as long as its end may be the
 * beginning of a value, and as long as a value lies across its end: so whoever reads on at the position of a batch that was
 * let out misses nothing of a value. Lines hardly ever end like that, so hardly anything is held.
 */
export class LogMasker {
  readonly #coverage: Readonly<Record<Stream, Coverage>>
  readonly #lineStart: Record<Stream, number> = { stdout: 0, stderr: 0 }
  #held: HeldBatch[] = []

  constructor(mask: Mask) {
    this.#coverage = { stdout: new Coverage(mask.patterns), stderr: new Coverage(mask.patterns) }
  }

  get isHolding(): boolean {
    return this.#held.length > 0
  }

  /** What can be let out with this batch. */
  push({ frames, position }: LogBatch): LogBatch[] {
    const held = frames.map(frame => this.#take(frame))
    this.#held.push({ frames: held, position, ends: this.#places(({ at }) => at) })
    const { stdout, stderr } = this.#coverage
    const decided = this.#places(coverage => coverage.decided)
    const count = this.#held.findLastIndex(({ ends }) =>
      ends.stdout <= decided.stdout && ends.stderr <= decided.stderr && !stdout.isCut(ends.stdout) && !stderr.isCut(ends.stderr)) + 1
    const out = this.#letOut(count)
    return this.#heldUnits() > MAX_HELD ? [...out, ...this.flush()] : out
  }

  /** Lets everything out although it may go on: what looks like the beginning of a value is masked. */
  flush(): LogBatch[] {
    this.#coverage.stdout.presume()
    this.#coverage.stderr.presume()
    return this.#letOut(this.#held.length)
  }

  /** The same when nothing follows: then it is no value. */
  end(): LogBatch[] {
    return this.#letOut(this.#held.length)
  }

  #take(frame: LogFrame): HeldFrame {
    const { stream, text, complete } = frame
    const coverage = this.#coverage[stream]
    const held = { frame, from: coverage.at, lineStart: this.#lineStart[stream] }
    coverage.push(complete ? `${text}\n` : text)
    if (complete) this.#lineStart[stream] = coverage.at
    return held
  }

  #letOut(count: number): LogBatch[] {
    const batches = this.#held.splice(0, count)
    const last = batches.at(-1)
    if (last === undefined) return []
    const out = batches.map(({ frames, position }): LogBatch => ({ frames: frames.map(held => this.#masked(held)), position }))
    this.#coverage.stdout.forget(last.ends.stdout)
    this.#coverage.stderr.forget(last.ends.stderr)
    return out
  }

  #masked({ frame, from, lineStart }: HeldFrame): LogFrame {
    const text = this.#coverage[frame.stream].mask(frame.text, from, lineStart)
    return text === frame.text ? frame : { ...frame, text }
  }

  #places(place: (coverage: Coverage) => number): Places {
    return { stdout: place(this.#coverage.stdout), stderr: place(this.#coverage.stderr) }
  }

  #heldUnits(): number {
    return this.#held.reduce((sum, { frames }) => frames.reduce((part, { frame }) => part + frame.text.length, sum), 0)
  }
}
