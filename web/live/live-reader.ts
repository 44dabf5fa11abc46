import type { EventStream } from '../http/event-stream.js'

/** What may wait for a slow reader; it is a few seconds of a busy installation. */
const MOST_WAITING = 256 * 1024

const RELOAD = 'event: reload\ndata: {}\n\n'

/** One who watches topics. Who is too slow misses changes and is told, as soon as there is room again, to read everything anew. */
export class LiveReader {
  #isBehind = false

  constructor(readonly channels: readonly string[], private readonly stream: EventStream) {}

  /** Frames are made once for all readers of a channel. */
  send(frame: string): void {
    if (this.#isBehind || this.stream.destroyed || this.stream.readableEnded) return
    if (this.stream.readableLength + frame.length <= MOST_WAITING) {
      this.stream.push(frame)
      return
    }
    this.#isBehind = true
    void this.stream.drained().then(() => {
      this.#isBehind = false
      this.reload()
    })
  }

  reload(): void {
    this.send(RELOAD)
  }

  end(): void {
    this.stream.end()
  }
}
