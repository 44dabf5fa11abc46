import { wallClockCron, type WallClockCron } from './cron-expression.js'
import { firstTransition, lastTransition, offsetAt } from './zone.js'

/** A strictly increasing, endless row of instants. */
export interface Occurrences {
  /** The first one after the instant. */
  readonly after: (instant: number) => number
  /** The last one before the instant. */
  readonly before: (instant: number) => number
}

/** Largest step a zone ever took: Samoa skipped a day, Kwajalein too. */
const LARGEST_SHIFT = 86_400_000

/** Every `every` milliseconds of real time, before and after the anchor. */
export function everyInterval(every: number, anchor: number): Occurrences {
  return {
    after: instant => anchor + (Math.floor((instant - anchor) / every) + 1) * every,
    before: instant => anchor + (Math.ceil((instant - anchor) / every) - 1) * every,
  }
}

/** The union of cron expressions read in a zone. */
export function cronOccurrences(expressions: readonly string[], zone: string): Occurrences {
  const crons = expressions.map(wallClockCron)
  return {
    after: instant => Math.min(...crons.map(cron => firstAfter(cron, zone, instant))),
    before: instant => Math.max(...crons.map(cron => lastBefore(cron, zone, instant))),
  }
}

/*
 * A zone is a row of segments of constant offset, and within a segment wall-clock time is real time plus a constant. Only
 * the seams need rules (those of Vixie cron):
 *  - clocks go forward: an expression that names hours and had matches in the skipped span runs once, at the seam; one
 *    that runs in every hour skips what does not exist;
 *  - clocks go back: an expression that names hours runs in the first passage of the repeated span only; one that runs
 *    in every hour runs in both, so that a quarter-hourly job keeps its quarter of an hour of real time.
 */

function firstAfter(cron: WallClockCron, zone: string, instant: number): number {
  let from = instant
  let wallAfter = from + offsetAt(zone, from)
  for (;;) {
    const offset = offsetAt(zone, from)
    const wall = cron.after(Math.max(wallAfter, repeatedUntil(cron, zone, from) - 1))
    const seam = firstTransition(zone, from, wall - offset)
    if (!seam) return wall - offset
    if (cron.namesHours && wall < seam.at + seam.after) return seam.at
    from = seam.at
    wallAfter = from + seam.after - 1
  }
}

function lastBefore(cron: WallClockCron, zone: string, instant: number): number {
  let from = instant - 1
  for (;;) {
    const offset = offsetAt(zone, from)
    const wall = cron.before(from + offset + 1)
    const candidate = wall - offset
    const seam = lastTransition(zone, candidate - LARGEST_SHIFT, from)
    if (!seam) return candidate
    if (candidate >= seam.at) {
      if (wall >= repeatedUntil(cron, zone, candidate)) return candidate
    } else if (cron.namesHours && wall >= seam.at + seam.before) {
      return seam.at
    }
    from = seam.at - 1
  }
}

/** The wall-clock time at which an expression that names hours is awake again after clocks went back. */
function repeatedUntil(cron: WallClockCron, zone: string, instant: number): number {
  if (!cron.namesHours) return -Infinity
  const seam = lastTransition(zone, instant - LARGEST_SHIFT, instant)
  return seam ? seam.at + seam.before : -Infinity
}
