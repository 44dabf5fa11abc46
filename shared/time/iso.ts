import { DateTime } from 'luxon'

/** ISO 8601 with the zone's offset, `2026-01-01T00:00:00-08:00`; milliseconds appear only when there are any. */
export function isoInZone(instant: number, zone: string): string {
  const text = DateTime.fromMillis(instant, { zone }).toISO({ suppressMilliseconds: true })
  if (text === null) throw new RangeError(`${instant} is not an instant in the zone '${zone}'`)
  return text.replace(/Z$/, '+00:00')
}

/**
 * The instant of a date, `2026-01-01` or `2026-01-01T09:00`, read in the zone unless the text names an offset.
 * @throws RangeError with a message for the person who wrote the text
 */
export function parseInstant(text: string, zone: string): number {
  const date = DateTime.fromISO(text, { zone })
  if (!date.isValid) throw new RangeError(`'${text}' is not a date; write for instance 2026-01-31 or 2026-01-31T09:00`)
  return date.toMillis()
}
