import type { SlotCount } from '../../shared/database/tables/grids.js'
import type { RunState } from '../../shared/states/run.js'
import { instantOf } from '../../shared/time/wall-clock.js'
import { Problem } from '../http/problem.js'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Where an offset from UTC is not whole hours, it is whole quarters. */
const QUARTER_MS = HOUR_MS / 4
const MOST_DAYS = 400

export type DayCounts = Partial<Record<RunState, number>>

/** Days as a zone has them. */
export interface DaySpan {
  readonly days: readonly string[]
  /** The instant at which each of them begins, and the one at which the last ends. */
  readonly starts: readonly number[]
  /** A slot of time that divides all of them: what is counted is counted by slots. */
  readonly slotMs: number
}

/** From one day to another, both included. Pure. @throws Problem LS_REQUEST_INVALID */
export function spanOfDays(zone: string, first: string, last: string): DaySpan {
  const [from, to] = [timeOf(first), timeOf(last)]
  if (from === null || to === null || from > to) throw new Problem('LS_REQUEST_INVALID', `from '${first}' to '${last}' is not a range of days`, { hint: 'Write both as 2026-01-31, the earlier one first.' })
  const count = (to - from) / DAY_MS + 1
  if (count > MOST_DAYS) throw new Problem('LS_REQUEST_INVALID', `a calendar has at most ${MOST_DAYS} days, and these are ${count}`, { hint: 'Ask for a year at a time.' })
  const walls = Array.from({ length: count + 1 }, (_, index) => from + index * DAY_MS)
  const starts = walls.map(wall => instantOf(wall, zone))
  return { days: walls.slice(0, count).map(textOf), starts, slotMs: [DAY_MS, HOUR_MS].find(size => starts.every(at => at % size === 0)) ?? QUARTER_MS }
}

const textOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** JavaScript takes the 31st of February for the 3rd of March. */
function timeOf(day: string): number | null {
  const time = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(time) || textOf(time) !== day ? null : time
}

/** The place of the day that a slot is in; -1: of none. Pure. */
export function dayOf({ starts, slotMs }: DaySpan, slot: number): number {
  const at = slot * slotMs
  if (at >= (starts.at(-1) ?? 0)) return -1
  let [low, high] = [-1, starts.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= at) low = middle
    else high = middle
  }
  return low
}

/** Counts of slots as counts of days, by their places. Pure. */
export function foldDays(span: DaySpan, counted: readonly SlotCount[]): Map<number, DayCounts> {
  const found = new Map<number, DayCounts>()
  for (const { slot, state, count } of counted) {
    const day = dayOf(span, slot)
    if (day < 0) continue
    const counts = found.get(day) ?? {}
    counts[state] = (counts[state] ?? 0) + count
    found.set(day, counts)
  }
  return found
}

/** Days that follow each other as ranges of time. Pure. */
export function rangesOf({ starts }: DaySpan, days: ReadonlySet<number>): (readonly [from: number, before: number])[] {
  const ranges: (readonly [number, number])[] = []
  for (const day of [...days].sort((a, b) => a - b)) {
    const [from, before] = [starts[day] ?? 0, starts[day + 1] ?? 0]
    const last = ranges.at(-1)
    if (last?.[1] === from) ranges[ranges.length - 1] = [last[0], before]
    else ranges.push([from, before])
  }
  return ranges
}
