import { instantOf, wallClockAt } from '../time/wall-clock.js'
import type { DagSpec } from './model.js'

const DAY = 86_400_000

/**
 * By when a run that was due at `dueAt` should have ended; null when its DAG has no deadline. A time of day is the first
 * such time at or after `dueAt` on the clocks of the DAG's zone. One that they skip is the end of the gap; of one that they
 * show twice only the first passage counts, so what is due between the two has until the next day.
 */
export function deadlineOf({ deadline, timezone }: Pick<DagSpec, 'deadline' | 'timezone'>, dueAt: number): number | null {
  if (deadline === null) return null
  if (deadline.kind === 'after') return dueAt + deadline.delay
  const today = Math.floor(wallClockAt(dueAt, timezone) / DAY) * DAY
  const timeOfDay = (deadline.hour * 60 + deadline.minute) * 60_000
  // The day before too: a gap over midnight moves its last minutes into this day.
  for (let day = today - DAY; ; day += DAY) {
    const at = instantOf(day + timeOfDay, timezone)
    if (at >= dueAt) return at
  }
}
