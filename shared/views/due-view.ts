import { iso, isoInZone } from '../time/iso.js'
import type { DataInterval, TimetableRun } from '../time/timetable.js'

/** A run that the timetable has to come, as `--json` and the API show it. Documented in docs/cli.md: fields are added, never changed. */
export const viewDue = (run: TimetableRun, zone: string) => ({
  dueAt: iso(run.dueAt), dueAtInZone: isoInZone(run.dueAt, zone), logicalDate: iso(run.logicalDate),
  dataIntervalStart: iso(run.dataIntervalStart), dataIntervalEnd: iso(run.dataIntervalEnd),
})
export type DueView = ReturnType<typeof viewDue>

/** The next runs of a timetable, at most `count`. */
export function* nextRuns(next: (last: DataInterval | null, now: number) => TimetableRun | null, last: DataInterval | null, now: number, count: number): Generator<TimetableRun> {
  for (let run = next(last, now), n = 0; run !== null && n < count; run = next(run, now), n += 1) yield run
}
