import { StringDecoder } from 'node:string_decoder'
import type { LogFrame } from '../../../shared/broker/live-log.js'
import { Demuxer, type DemuxPiece } from '../../logs/demux.js'
import type { LogBatch } from '../executor.js'
import { parseDockerTime } from './docker-time.js'

/** The nanosecond of the last frame read, and how many frames with that nanosecond have been read: `since` is inclusive. */
export interface ContainerLogPosition {
  readonly time: string
  readonly seen: number
}

const LINE_FEED = 0x0a
const SPACE = 0x20
/** Longest timestamp before a line: `2026-01-01T00:00:00.000000000+00:00 `. */
const MAX_TIME_BYTES = 40

/** Turns the bytes of `GET /containers/{id}/logs?timestamps=1&since=<position.time>` into frames, leaving out those already seen. */
export class ContainerLog {
  readonly #demuxer = new Demuxer()
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') }
  #time: string
  #seen: number
  /** Frames still to be left out, all stamped `#skipTime`. */
  #skip: number
  readonly #skipTime: string
  #skipping = false

  constructor(from: ContainerLogPosition | null) {
    this.#time = from?.time ?? '0.000000000'
    this.#seen = from?.seen ?? 0
    this.#skip = this.#seen
    this.#skipTime = this.#time
  }

  push(chunk: Buffer): LogBatch {
    const frames: LogFrame[] = []
    for (const piece of this.#demuxer.push(chunk)) {
      const frame = this.#frame(piece)
      if (frame !== null) frames.push(frame)
    }
    return { frames, position: { time: this.#time, seen: this.#seen } }
  }

  #frame({ stream, bytes, first, last }: DemuxPiece): LogFrame | null {
    let from = 0
    if (first) {
      const space = bytes.subarray(0, MAX_TIME_BYTES).indexOf(SPACE)
      const time = space < 0 ? null : parseDockerTime(bytes.toString('latin1', 0, space))
      if (time !== null) from = space + 1
      this.#skipping = this.#advance(time?.text ?? this.#time)
    }
    if (this.#skipping) return null
    const complete = last && bytes.length > from && bytes[bytes.length - 1] === LINE_FEED
    const decoder = this.#decoders[stream]
    const body = bytes.subarray(from, complete ? bytes.length - 1 : bytes.length)
    // A character may be cut by Docker's 16 KiB limit: the decoder keeps its first bytes for the next part.
    return { time: this.#time, stream, text: complete ? decoder.end(body) : decoder.write(body), complete }
  }

  /** Counts one frame stamped `time`; true when it was read before. */
  #advance(time: string): boolean {
    if (this.#skip > 0 && time === this.#skipTime) {
      this.#skip -= 1
      return true
    }
    this.#skip = 0
    this.#seen = time === this.#time ? this.#seen + 1 : 1
    this.#time = time
    return false
  }
}
