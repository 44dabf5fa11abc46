import { firstTransition, offsetAt } from './zone.js'

/** Wall-clock times are written as if they were UTC milliseconds, as in cron-expression.ts. */
export const wallClockAt = (instant: number, zone: string): number => instant + offsetAt(zone, instant)

/** More than any offset and any step of a zone, so that a search from here begins before the instant that is sought. */
const MARGIN = 3 * 86_400_000

/**
 * The instant at which a zone's clocks show a time. A time that comes twice is its first passage; one that is skipped is
 * the end of the gap. The same rules as those of cron in occurrences.ts, for single dates.
 */
export function instantOf(wall: number, zone: string): number {
  let from = wall - MARGIN
  for (;;) {
    const at = wall - offsetAt(zone, from)
    const seam = firstTransition(zone, from, at)
    if (!seam) return at
    if (wall < seam.at + seam.after) return seam.at
    from = seam.at
  }
}
