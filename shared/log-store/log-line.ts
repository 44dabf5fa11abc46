import type { LogFrame } from '../broker/live-log.js'

/**
 * One line of a stored log: `<seconds>.<nanoseconds> <o|e>[+] <text>`, where `o` is stdout, `e` is stderr, and `+` marks a
 * part that the next line of the same stream continues. Plain text on purpose: grep, tail and less work on it.
 *
 *   1767225600.000000001 o loading 3 files
 *   1767225600.250000000 e+ a line of more than 16 KiB, first part
 */
export function formatLogLine(frame: LogFrame): string {
  return `${frame.time} ${frame.stream === 'stdout' ? 'o' : 'e'}${frame.complete ? '' : '+'} ${frame.text}\n`
}

const LINE = /^(\d+\.\d{9}) ([oe])(\+?) (.*)$/s

/** The frame of one line without its line feed; null when it is not a line of a log. */
export function parseLogLine(line: string): LogFrame | null {
  const match = LINE.exec(line)
  if (match === null) return null
  const [, time = '', stream, plus, text = ''] = match
  return { time, stream: stream === 'o' ? 'stdout' : 'stderr', text, complete: plus === '' }
}

/** `<seconds>.<nanoseconds>` of a time in milliseconds. */
export function logTime(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  const nanoseconds = Math.floor((milliseconds - seconds * 1000) * 1_000_000)
  return `${seconds}.${String(nanoseconds).padStart(9, '0')}`
}
