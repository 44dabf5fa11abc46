import { DateTime } from 'luxon'
import type { Session } from '../../shared/database/database.js'
import { countRunsBySlot, type SlotCount } from '../../shared/database/tables/grids.js'
import type { RunState } from '../../shared/states/run.js'
import { instantOf } from '../../shared/time/wall-clock.js'
import { Problem } from '../http/problem.js'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Where an offset from UTC is not whole hours, it is whole quarters. */
const QUARTER_MS = HOUR_MS / 4
const MOST_DAYS = 400

export interface CalendarDay {
  readonly day: string
  readonly counts: Partial<Record<RunState, number>>
}

/** Days as the zone has them, both included. @throws Problem LS_REQUEST_INVALID */
export async function readCalendar(session: Session, dagKey: number, zone: string, first: string, last: string): Promise<CalendarDay[]> {
  const starts = daysBetween(first, last).map(day => ({ day, at: instantOf(Date.parse(day), zone) }))
  const end = instantOf(Date.parse(last) + DAY_MS, zone)
  const from = starts[0]?.at ?? end
  const slot = [DAY_MS, HOUR_MS].find(size => [...starts.map(({ at }) => at), end].every(at => at % size === 0)) ?? QUARTER_MS
  return foldDays(starts, await countRunsBySlot(session, dagKey, from, end, slot), slot)
}

function daysBetween(first: string, last: string): string[] {
  const [from, to] = [first, last].map(text => DateTime.fromISO(text, { zone: 'UTC' }))
  if (from?.isValid !== true || to?.isValid !== true || from > to) throw new Problem('LS_REQUEST_INVALID', `from '${first}' to '${last}' is not a range of days`, { hint: 'Write both as 2026-01-31, the earlier one first.' })
  const days = Math.round((to.toMillis() - from.toMillis()) / DAY_MS) + 1
  if (days > MOST_DAYS) throw new Problem('LS_REQUEST_INVALID', `a calendar has at most ${MOST_DAYS} days, and these are ${days}`, { hint: 'Ask for a year at a time.' })
  return Array.from({ length: days }, (_, index) => from.plus({ days: index }).toISODate())
}

/** Pure. */
export function foldDays(starts: readonly { readonly day: string; readonly at: number }[], counted: readonly SlotCount[], slotMs: number): CalendarDay[] {
  const days: CalendarDay[] = []
  let index = 0
  for (const { slot, state, count } of [...counted].sort((a, b) => a.slot - b.slot)) {
    while ((starts[index + 1]?.at ?? Infinity) <= slot * slotMs) index += 1
    const day = starts[index]?.day
    if (day === undefined) continue
    let last = days.at(-1)
    if (last?.day !== day) days.push((last = { day, counts: {} }))
    last.counts[state] = (last.counts[state] ?? 0) + count
  }
  return days
}
