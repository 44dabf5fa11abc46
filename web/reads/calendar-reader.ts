import { now, type Session } from '../../shared/database/database.js'
import { changedSlots, countRunsBySlot } from '../../shared/database/tables/grids.js'
import { dayOf, foldDays, rangesOf, spanOfDays, type DayCounts, type DaySpan } from './calendar.js'

interface Kept {
  readonly span: DaySpan
  /** The database's clock before they were counted. */
  readonly countedAt: number
  /** By the places of the days. */
  readonly counts: ReadonlyMap<number, DayCounts>
}

/** A year is some 50 kB. */
const MOST_CALENDARS = 200
/** With more ranges of days to be counted, all days are. */
const MOST_RANGES = 20
/** More than any transaction takes from its writing of an end to its commit, and than two servers' clocks differ. */
const MARGIN_MS = 3_600_000

/**
 * Counts the runs of a DAG by day. To read an index entry for each run of a year is 50 ms of the database where one runs every
 * five minutes, so what was counted is kept, and only days in which something may have changed are counted again: those of runs
 * that have not ended, and of runs that have ended since. A run begins as one that has not ended, whatever changes in one that has
 * makes it end anew, and none is deleted: what deletes runs has to tell here.
 */
export class CalendarReader {
  /** Least recently used first. */
  readonly #kept = new Map<string, Kept>()

  constructor(private readonly session: Session) {}

  /** Both days included; those without runs are left out. @throws Problem LS_REQUEST_INVALID */
  async read(dagKey: number, zone: string, first: string, last: string): Promise<{ day: string; counts: DayCounts }[]> {
    const key = [dagKey, zone, first, last].join(' ')
    const kept = this.#kept.get(key)
    const span = kept?.span ?? spanOfDays(zone, first, last)
    const countedAt = await now(this.session)
    const stale = kept === undefined ? null : await this.#changed(dagKey, span, kept.countedAt - MARGIN_MS)
    const ranges = stale === null ? [] : rangesOf(span, stale)
    const isWhole = stale === null || ranges.length > MOST_RANGES
    const counted = await countRunsBySlot(this.session, dagKey, isWhole ? [[span.starts[0] ?? 0, span.starts.at(-1) ?? 0]] : ranges, span.slotMs)
    const left = isWhole ? [] : [...kept?.counts ?? []].filter(([day]) => !stale.has(day))
    const counts = new Map([...left, ...foldDays(span, counted)])
    this.#keep(key, { span, countedAt, counts })
    return span.days.flatMap((day, place) => { const own = counts.get(place); return own === undefined ? [] : [{ day, counts: own }] })
  }

  async #changed(dagKey: number, span: DaySpan, since: number): Promise<Set<number>> {
    const slots = await changedSlots(this.session, dagKey, [span.starts[0] ?? 0, span.starts.at(-1) ?? 0], span.slotMs, since)
    return new Set(slots.map(slot => dayOf(span, slot)))
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    if (this.#kept.size > MOST_CALENDARS) this.#kept.delete(this.#kept.keys().next().value as string)
  }
}
