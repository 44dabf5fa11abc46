import { isDuration, parseDuration } from './duration.js'
import { parseInstant } from './iso.js'
import { instantOf, wallClockAt } from './wall-clock.js'

const DAY = 86_400_000
const TIME_OF_DAY = /^(\d{1,2}):(\d{2})$/

export interface WaitMoment {
  /** End of the run's data interval: when the run was due. */
  readonly dataIntervalEnd: number
  readonly timezone: string
}

/**
 * Until when a task waits: `09:30` of the local day on which the data interval ends, a duration after that end, or a date.
 * An instant that is past already means no waiting. Where clocks jump, `instantOf` decides.
 * @throws RangeError with a message for the person who wrote the text
 */
export function waitUntil(text: string, { dataIntervalEnd, timezone }: WaitMoment): number {
  const until = text.trim()
  const [, hour, minute] = TIME_OF_DAY.exec(until) ?? []
  if (hour !== undefined && minute !== undefined) {
    if (Number(hour) > 23 || Number(minute) > 59) throw new RangeError(`'${until}' is not a time of day; they go from 00:00 to 23:59`)
    const today = Math.floor(wallClockAt(dataIntervalEnd, timezone) / DAY) * DAY
    return instantOf(today + (Number(hour) * 60 + Number(minute)) * 60_000, timezone)
  }
  if (isDuration(until)) return dataIntervalEnd + parseDuration(until)
  try {
    return parseInstant(until, timezone)
  } catch (cause) {
    throw new RangeError(`'${until}' is not something to wait for; write a time of day such as 09:30, a date such as 2026-01-31T09:30, or a duration such as 2h`, { cause })
  }
}
