import type { LiveLog, LogFrame } from '../../shared/broker/live-log.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'

/**
 * One batch at most so often, and so large. Redis keeps some hundred batches per attempt: together these bound the memory
 * and the traffic that a chatty task causes there. A task that prints faster is shown live with gaps; the store has none.
 */
const BATCH_EVERY_MS = 200
const MAX_BATCH_BYTES = 32 * 1024

/** The newest frames on their way to live readers. Nothing here fails or waits: losing it costs nothing but liveness. */
export class LiveTail {
  #frames: LogFrame[] = []
  #bytes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(private readonly live: LiveLog, private readonly attempt: AttemptId) {}

  add(frame: LogFrame): void {
    this.#frames.push(frame)
    this.#bytes += frame.text.length
    while (this.#bytes > MAX_BATCH_BYTES && this.#frames.length > 1) this.#bytes -= (this.#frames.shift() as LogFrame).text.length
    this.#timer ??= setTimeout(() => this.flush(), BATCH_EVERY_MS)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#frames.length === 0) return
    const frames = this.#frames
    this.#frames = []
    this.#bytes = 0
    this.live.append(this.attempt, frames).catch(() => {})
  }
}
