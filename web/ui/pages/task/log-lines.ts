import { plainText } from '../../kit/ansi.js'

/** A piece of a log as the API gives it. */
export interface Frame {
  readonly time: string
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
  /** False for a part that the next frame of the same stream continues. */
  readonly complete: boolean
}

export interface Line {
  readonly number: number
  readonly time: string
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
  readonly isError: boolean
}

/** What a browser keeps of one log; the download has all of it. */
export const MOST_LINES = 200_000

const ERROR = /\b(?:error|exception|traceback|fatal|panic|failed|errno)\b/i

/** Joins the parts of long lines, and forgets the beginning of a log that is too long. Changed in place: a new array for each line of a fast log would be quadratic. */
export class LogLines {
  #lines: Line[] = []
  #count = 0
  #open: Partial<Record<Frame['stream'], string>> = {}

  get all(): readonly Line[] {
    return this.#lines
  }

  /** How many are not kept any more. */
  get forgotten(): number {
    return this.#count - this.#lines.length
  }

  add(frames: readonly Frame[]): void {
    for (const { time, stream, text, complete } of frames) {
      const whole = (this.#open[stream] ?? '') + text
      if (!complete) {
        this.#open[stream] = whole
        continue
      }
      this.#open[stream] = ''
      this.#count += 1
      this.#lines.push({ number: this.#count, time, stream, text: whole, isError: ERROR.test(plainText(whole)) })
    }
    if (this.#lines.length > MOST_LINES * 1.1) this.#lines = this.#lines.slice(-MOST_LINES)
  }
}
