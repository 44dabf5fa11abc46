import type { DagSpec } from '../dag/model.js'
import { cronOccurrences, everyInterval, type Occurrences } from './occurrences.js'

export interface DataInterval {
  readonly dataIntervalStart: number
  readonly dataIntervalEnd: number
}

/** A run that the timetable asks for. */
export interface TimetableRun extends DataInterval {
  /** Names the run; the start of its data interval. */
  readonly logicalDate: number
  /** When it may be created: the end of its data interval, because only then is the data complete. */
  readonly dueAt: number
}

export type TimetableSpec = Pick<DagSpec, 'schedule' | 'timezone' | 'start' | 'end' | 'catchup'>

/** Which runs a schedule asks for, as Airflow's CronDataIntervalTimetable answers it. Pure: the clock is an argument. */
export interface Timetable {
  /**
   * The run that follows the one with the interval `last` (null: there was none yet), or null when there is none to come.
   * It may be due already or in the future. Without catchup it is never older than the latest interval complete at `now`.
   */
  readonly next: (last: DataInterval | null, now: number) => TimetableRun | null
  /** The latest interval that ended at or before `now`: what a run triggered by hand works on. */
  readonly lastCompletedInterval: (now: number) => DataInterval
}

export function timetableOf(spec: TimetableSpec): Timetable {
  const { schedule } = spec
  switch (schedule.kind) {
    case 'none':
    // Runs on assets are made when the assets are updated, not by a clock.
    case 'assets': return { next: () => null, lastCompletedInterval: pointIn }
    case 'once': return { next: last => once(spec, last), lastCompletedInterval: pointIn }
    case 'cron': return recurring(spec, cronOccurrences(schedule.expressions, spec.timezone))
    case 'interval': return recurring(spec, everyInterval(schedule.every, spec.start ?? 0))
  }
}

/** Without boundaries there is nothing to round to: an interval without length. */
const pointIn = (now: number): DataInterval => ({ dataIntervalStart: now, dataIntervalEnd: now })

function once({ start, end }: TimetableSpec, last: DataInterval | null): TimetableRun | null {
  if (last !== null || start === null || (end !== null && start > end)) return null
  return { logicalDate: start, dataIntervalStart: start, dataIntervalEnd: start, dueAt: start }
}

function recurring(spec: TimetableSpec, occurrences: Occurrences): Timetable {
  const ceiling = (instant: number): number => occurrences.after(instant - 1)
  const floor = (instant: number): number => occurrences.before(instant + 1)

  const lastCompletedInterval = (now: number): DataInterval => {
    const dataIntervalEnd = floor(now)
    return { dataIntervalStart: occurrences.before(dataIntervalEnd), dataIntervalEnd }
  }

  const next = (last: DataInterval | null, now: number): TimetableRun | null => {
    const earliest: number[] = []
    if (spec.start !== null) earliest.push(ceiling(spec.start))
    // Rounded up: after a change of schedule a gap of part of an interval is better than doing the same data twice.
    if (last !== null) earliest.push(ceiling(last.dataIntervalEnd))
    if (!spec.catchup || earliest.length === 0) earliest.push(lastCompletedInterval(now).dataIntervalStart)
    const start = Math.max(...earliest)
    if (spec.end !== null && start > spec.end) return null
    const end = occurrences.after(start)
    return { logicalDate: start, dataIntervalStart: start, dataIntervalEnd: end, dueAt: end }
  }

  return { next, lastCompletedInterval }
}
