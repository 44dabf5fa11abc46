import type { LogFrame } from '../../shared/broker/live-log.js'
import { formatLogLine } from '../../shared/log-store/log-line.js'

/** Lets frames through until a log has its largest size, and then one line that says so. */
export class LogCap {
  #bytes: number
  #reached: boolean

  constructor(private readonly maxBytes: number, bytes: number, reached = false) {
    this.#bytes = bytes
    this.#reached = reached
  }

  get reached(): boolean {
    return this.#reached
  }

  admit(frame: LogFrame): LogFrame[] {
    if (this.#reached) return []
    const size = Buffer.byteLength(formatLogLine(frame))
    if (this.#bytes + size > this.maxBytes) {
      this.#reached = true
      return [{ time: frame.time, stream: 'stderr', text: `[longshore] the log is cut here: it reached ${this.maxBytes} bytes`, complete: true }]
    }
    this.#bytes += size
    return [frame]
  }
}
