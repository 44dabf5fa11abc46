import type { LogFrame } from '../broker/live-log.js'

const isSame = (a: LogFrame | undefined, b: LogFrame): boolean => a !== undefined && a.time === b.time && a.stream === b.stream && a.text === b.text && a.complete === b.complete

/** What has been shown of a log. */
export interface Shown {
  readonly count: number
  readonly last: LogFrame | null
}

/**
 * The frames of a whole log that come after what has been shown from another copy of it. The copies agree when nothing was
 * lost on the way; otherwise the last frame is looked for, and at the very worst its time decides.
 */
export function framesAfter(frames: readonly LogFrame[], { count, last }: Shown): readonly LogFrame[] {
  if (last === null) return frames
  if (isSame(frames[count - 1], last)) return frames.slice(count)
  const place = frames.findLastIndex(frame => isSame(frame, last))
  if (place >= 0) return frames.slice(place + 1)
  return frames.filter(frame => compareTimes(frame.time, last.time) > 0)
}

/** Times are `<seconds>.<nanoseconds>`: too fine for a number. */
function compareTimes(a: string, b: string): number {
  const [[secondsA = '', nanosA = ''], [secondsB = '', nanosB = '']] = [a.split('.'), b.split('.')]
  return Number(secondsA) - Number(secondsB) || Number(nanosA) - Number(nanosB)
}
