import type { LogFrame } from '../broker/live-log.js'

/** Which frames of a log are shown. Times are milliseconds since the epoch. */
export interface LogRange {
  readonly since: number
  /** Not this one any more. */
  readonly until: number
  readonly stream: 'stdout' | 'stderr' | null
}

export async function* inRange(source: AsyncIterable<readonly LogFrame[]>, { since, until, stream }: LogRange): AsyncGenerator<readonly LogFrame[]> {
  for await (const frames of source) {
    const chosen = frames.filter(frame => {
      const time = Number(frame.time) * 1000
      return time >= since && time < until && (stream === null || frame.stream === stream)
    })
    if (chosen.length > 0) yield chosen
  }
}

/** The last lines, each with all its parts. Keeps no more than twice as many lines in memory. */
export async function* lastLines(source: AsyncIterable<readonly LogFrame[]>, lines: number): AsyncGenerator<readonly LogFrame[]> {
  let kept: LogFrame[] = []
  let complete = 0
  for await (const frames of source) {
    for (const frame of frames) {
      kept.push(frame)
      complete += Number(frame.complete)
    }
    if (complete <= 2 * lines) continue
    kept = cut(kept, lines)
    complete = lines
  }
  kept = cut(kept, lines)
  if (kept.length > 0) yield kept
}

/** What comes after the end of the line before the last ones; the last may not have ended yet. */
function cut(frames: LogFrame[], lines: number): LogFrame[] {
  let ends = frames.at(-1)?.complete === false ? 1 : 0
  for (let at = frames.length - 1; at >= 0; at -= 1) {
    if (frames[at]?.complete !== true) continue
    if (ends === lines) return frames.slice(at + 1)
    ends += 1
  }
  return frames
}
