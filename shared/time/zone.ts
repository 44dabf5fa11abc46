import { IANAZone } from 'luxon'

/** An instant at which a zone's offset from UTC changes. Offsets are milliseconds to add to UTC. */
export interface Transition {
  readonly at: number
  readonly before: number
  readonly after: number
}

const DAY = 86_400_000

export const isZone = (name: string): boolean => IANAZone.isValidZone(name)

export const offsetAt = (zone: string, instant: number): number => (zone === 'UTC' ? 0 : IANAZone.create(zone).offset(instant) * 60_000)

/** The first transition in (after, upTo]. */
export function firstTransition(zone: string, after: number, upTo: number): Transition | null {
  for (let year = yearOf(after); year <= yearOf(upTo); year += 1) {
    const found = transitionsOf(zone, year).find(({ at }) => at > after && at <= upTo)
    if (found) return found
  }
  return null
}

/** The last transition in (after, upTo]. */
export function lastTransition(zone: string, after: number, upTo: number): Transition | null {
  for (let year = yearOf(upTo); year >= yearOf(after); year -= 1) {
    const found = transitionsOf(zone, year).findLast(({ at }) => at > after && at <= upTo)
    if (found) return found
  }
  return null
}

const yearOf = (instant: number): number => new Date(instant).getUTCFullYear()

/** Intl offers offsets only, not transitions, and an offset costs microseconds: each zone and year is searched once. */
const cache = new Map<string, readonly Transition[]>()

function transitionsOf(zone: string, year: number): readonly Transition[] {
  const key = `${zone} ${year}`
  let transitions = cache.get(key)
  if (!transitions) {
    transitions = zone === 'UTC' ? [] : searchYear(zone, year)
    cache.set(key, transitions)
  }
  return transitions
}

/** Looks at every day, because some zones change twice within weeks (Morocco around Ramadan). */
function searchYear(zone: string, year: number): Transition[] {
  const found: Transition[] = []
  const end = Date.UTC(year + 1, 0, 1)
  let before = offsetAt(zone, Date.UTC(year, 0, 1) - 1)
  for (let low = Date.UTC(year, 0, 1) - 1; low < end - 1; low += DAY) {
    const high = Math.min(low + DAY, end - 1)
    const after = offsetAt(zone, high)
    if (after !== before) found.push({ at: bisect(zone, low, high, before), before, after })
    before = after
  }
  return found
}

function bisect(zone: string, low: number, high: number, before: number): number {
  let [last, first] = [low, high]
  while (first - last > 1) {
    const middle = Math.floor((last + first) / 2)
    if (offsetAt(zone, middle) === before) last = middle
    else first = middle
  }
  return first
}
