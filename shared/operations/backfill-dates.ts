import type { DagSpec } from '../dag/model.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import { LongshoreError } from '../errors.js'
import type { Reprocess } from '../states/backfill.js'
import { BACKFILL_PREFIX, RunState } from '../states/run.js'
import { isoInZone, parseInstant } from '../time/iso.js'
import { timetableOf, type TimetableRun } from '../time/timetable.js'

/** More are a typing error, or work that is better watched in parts. */
export const MAX_DATES = 10_000

export interface DateRange {
  readonly from: number
  readonly to: number
}

/**
 * Reads the two ends of a range, in the DAG's zone unless they name their own.
 * @throws LongshoreError LS_BACKFILL_RANGE
 */
export function readRange(from: string, to: string, zone: string): DateRange {
  const read = (option: string, text: string): number => {
    try {
      return parseInstant(text, zone)
    } catch (cause) {
      throw new LongshoreError('LS_BACKFILL_RANGE', `${option}: ${(cause as Error).message}`, { cause })
    }
  }
  return { from: read('--from', from), to: read('--to', to) }
}

/**
 * The runs of the timetable whose logical dates are in a range, both ends included, as far as their data intervals have
 * ended by `now`: what has not is still to be made by the schedule.
 * @throws LongshoreError LS_BACKFILL_SCHEDULE, LS_BACKFILL_RANGE, LS_BACKFILL_TOO_LARGE, LS_BACKFILL_EMPTY
 */
export function datesIn(spec: DagSpec, { from, to }: DateRange, now: number): TimetableRun[] {
  const { dag, schedule, timezone } = spec
  if (schedule.kind !== 'cron' && schedule.kind !== 'interval') {
    throw new LongshoreError('LS_BACKFILL_SCHEDULE', `DAG '${dag}' has no timetable to take dates from: ${NO_TIMETABLE[schedule.kind]}`)
  }
  const shown = (instant: number): string => isoInZone(instant, timezone)
  if (from > to) throw new LongshoreError('LS_BACKFILL_RANGE', `the range of the backfill ends before it begins: from ${shown(from)} to ${shown(to)}`)
  if (to > now) throw new LongshoreError('LS_BACKFILL_RANGE', `the range of the backfill ends in the future, at ${shown(to)}; it is ${shown(now)} now`)

  const timetable = timetableOf({ ...spec, catchup: true })
  const dates: TimetableRun[] = []
  // What came before the range is an interval that ends where it begins.
  for (let run = timetable.next({ dataIntervalStart: from, dataIntervalEnd: from }, now); run !== null && run.logicalDate <= to && run.dueAt <= now; run = timetable.next(run, now)) {
    if (dates.length === MAX_DATES) throw new LongshoreError('LS_BACKFILL_TOO_LARGE', `DAG '${dag}' has more than ${MAX_DATES} dates from ${shown(from)} to ${shown(to)}; the ${MAX_DATES}th is ${shown(dates[MAX_DATES - 1]?.logicalDate ?? from)}`)
    dates.push(run)
  }
  if (dates.length === 0) throw new LongshoreError('LS_BACKFILL_EMPTY', `DAG '${dag}' has no date from ${shown(from)} to ${shown(to)} whose data interval has ended${boundsText(spec, shown)}`)
  return dates
}

const NO_TIMETABLE = { none: 'it has no schedule', once: 'it runs once', assets: 'it runs when assets are updated' } as const

function boundsText({ start, end }: DagSpec, shown: (instant: number) => string): string {
  const bounds = [...(start === null ? [] : [`starts at ${shown(start)}`]), ...(end === null ? [] : [`ends at ${shown(end)}`])]
  return bounds.length === 0 ? '' : `; it ${bounds.join(' and ')}`
}

/** What a backfill does about one date. */
export interface PlannedDate extends TimetableRun {
  readonly action: 'create' | 'reprocess' | 'leave'
  /** The run that it makes, runs again or leaves alone. */
  readonly run: string
  /** State of the run that exists. */
  readonly state: RunState | null
  readonly runKey: number | null
}

/** Decides each date by the rule for dates that have a run. */
export function planDates(dates: readonly TimetableRun[], existing: ReadonlyMap<number, RunRow>, rule: Reprocess): PlannedDate[] {
  return dates.map(date => {
    const run = existing.get(date.logicalDate)
    if (run === undefined) return { ...date, action: 'create', run: `${BACKFILL_PREFIX}${new Date(date.logicalDate).toISOString()}`, state: null, runKey: null }
    return { ...date, action: AGAIN[rule].includes(run.state) ? 'reprocess' : 'leave', run: run.run_id, state: run.state, runKey: run.run_key }
  })
}

const AGAIN: Readonly<Record<Reprocess, readonly RunState[]>> = {
  none: [], failed: [RunState.failed, RunState.cancelled], completed: [RunState.success, RunState.failed, RunState.cancelled],
}
