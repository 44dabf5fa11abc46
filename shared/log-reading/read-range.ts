import type { LogFrame } from '../broker/live-log.js'
import { LongshoreError } from '../errors.js'
import { parseLogLine } from '../log-store/log-line.js'
import type { LogStore } from '../log-store/log-store.js'

const NEW_LINE = 0x0a

export interface LogPart {
  /** Where the first of its lines begins. */
  readonly from: number
  /** Where the line after the last of them begins. */
  readonly next: number
  /** Bytes that the log has now; null when the store has no such log. */
  readonly size: number | null
  readonly frames: readonly LogFrame[]
}

/** Whole lines of a stored log from a place on; a negative place is so many bytes before its end, and the first whole line after it. */
export async function readLogPart(store: LogStore, name: string, from: number, limit: number): Promise<LogPart> {
  try {
    const start = from >= 0 ? from : Math.max(0, (await store.size(name) ?? 0) + from)
    // The byte before tells whether a line begins here.
    const lead = from < 0 && start > 0 ? 1 : 0
    const { bytes, size } = await store.read(name, start - lead, limit + lead)
    const begin = lead === 0 ? 0 : bytes.indexOf(NEW_LINE) + 1
    let end = bytes.lastIndexOf(NEW_LINE) + 1
    // Lines are bounded, but nothing may be skipped if one was not.
    if (end === 0 && bytes.length >= limit) end = bytes.length
    if (end <= begin) return { from: start, next: start, size, frames: [] }
    const first = start - lead + begin
    return { from: first, next: start - lead + end, size, frames: bytes.subarray(begin, end).toString('utf8').split('\n').slice(0, end === bytes.length && bytes[end - 1] !== NEW_LINE ? undefined : -1).map(frameOf) }
  } catch (error) {
    if (error instanceof LongshoreError && error.code === 'LS_LOG_NOT_FOUND') return { from: 0, next: 0, size: null, frames: [] }
    throw error
  }
}

/** A line that Longshore did not write is shown as it is. */
export const frameOf = (line: string): LogFrame => parseLogLine(line) ?? { time: '0.000000000', stream: 'stdout', text: line, complete: true }
