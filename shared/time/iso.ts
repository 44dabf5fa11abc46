import { DateTime } from 'luxon'
import { instantOf } from './wall-clock.js'

const MINUTE_MS = 60_000
const padded = (count: number, digits: number): string[] => Array.from({ length: count }, (_, value) => String(value).padStart(digits, '0'))
const SECONDS = padded(60, 2)
const MILLISECONDS = padded(1_000, 3)
let known = { minute: Number.NaN, text: '' }

/**
 * For JSON: ISO 8601 in UTC with milliseconds, or null. Lists have thousands of instants near each other, and Date would take a
 * microsecond for each: the text up to the minute is kept.
 */
export function iso(instant: number | null): string | null {
  if (instant === null) return null
  const whole = Math.trunc(instant)
  const minute = Math.floor(whole / MINUTE_MS)
  if (minute !== known.minute) known = { minute, text: new Date(minute * MINUTE_MS).toISOString().slice(0, -7) }
  const rest = whole - minute * MINUTE_MS
  return `${known.text}${SECONDS[Math.floor(rest / 1_000)]}.${MILLISECONDS[rest % 1_000]}Z`
}

/** ISO 8601 with the zone's offset, `2026-01-01T00:00:00-08:00`; milliseconds appear only when there are any. */
export function isoInZone(instant: number, zone: string): string {
  const text = DateTime.fromMillis(instant, { zone }).toISO({ suppressMilliseconds: true })
  if (text === null) throw new RangeError(`${instant} is not an instant in the zone '${zone}'`)
  return text.replace(/Z$/, '+00:00')
}

/** luxon also reads times without a date, as of today: a DAG would be another one every day. */
const BEGINS_WITH_A_YEAR = /^\d{4}-/

/**
 * The instant of a date, `2026-01-01` or `2026-01-01T09:00`, read in the zone unless the text names an offset. Where the
 * zone's clocks jump, {@link instantOf} decides: luxon would guess from the offset that is in force today.
 * @throws RangeError with a message for the person who wrote the text
 */
export function parseInstant(text: string, zone: string): number {
  const date = DateTime.fromISO(text, { zone: 'UTC' })
  if (!BEGINS_WITH_A_YEAR.test(text) || !date.isValid) throw new RangeError(`'${text}' is not a date; write for instance 2026-01-31 or 2026-01-31T09:00`)
  const namesItsZone = DateTime.fromISO(text, { zone: 'UTC+1' }).toMillis() === date.toMillis()
  return namesItsZone ? date.toMillis() : instantOf(date.toMillis(), zone)
}
