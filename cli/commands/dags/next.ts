import type { Command } from 'commander'
import { now } from '../../../shared/database/database.js'
import { lastInterval } from '../../../shared/database/tables/dags.js'
import { isoInZone } from '../../../shared/time/iso.js'
import { timetableOf, type DataInterval, type TimetableRun } from '../../../shared/time/timetable.js'
import { countUpTo } from '../../count-option.js'
import { withDatabase } from '../../database.js'
import { mustFindDag } from '../../../shared/operations/find.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { iso, shown } from '../../output/time.js'
import { clientSettings } from '../../settings.js'

const MOST = 1_000

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .option('-n, --count <n>', 'how many', countUpTo(MOST), 5)
    .option('--json', 'print a JSON array of {dueAt, dueAtInZone, logicalDate, dataIntervalStart, dataIntervalEnd}')
    .action(async (dagId: string, { count, json }: { count: number; json?: boolean }) => {
      const { zone, runs, paused } = await withDatabase(clientSettings(command).config, async database => {
        const { row, spec } = await mustFindDag(database, dagId)
        const last = lastInterval(row)
        return { zone: spec.timezone, paused: row.is_paused !== 0, runs: [...nextRuns(timetableOf(spec).next, last, await now(database), count)] }
      })
      if (json === true) printJson(runs.map(run => view(run, zone)))
      else if (runs.length > 0) print(table(runs, zone))
      else note(`DAG ${dagId} has no run to come.`)
      if (paused) note(`DAG ${dagId} is paused: none of these is made until it is unpaused.`)
    })
}

function* nextRuns(next: (last: DataInterval | null, now: number) => TimetableRun | null, last: DataInterval | null, now: number, count: number): Generator<TimetableRun> {
  for (let run = next(last, now), n = 0; run !== null && n < count; run = next(run, now), n += 1) yield run
}

const view = (run: TimetableRun, zone: string) => ({
  dueAt: iso(run.dueAt), dueAtInZone: isoInZone(run.dueAt, zone), logicalDate: iso(run.logicalDate),
  dataIntervalStart: iso(run.dataIntervalStart), dataIntervalEnd: iso(run.dataIntervalEnd),
})

function table(runs: readonly TimetableRun[], zone: string): string {
  return renderTable<TimetableRun>([
    { title: 'DUE (UTC)', value: run => shown(run.dueAt) },
    ...(zone === 'UTC' ? [] : [{ title: `DUE (${zone})`, value: (run: TimetableRun) => isoInZone(run.dueAt, zone) }]),
    { title: 'DATA INTERVAL (UTC)', value: run => `${shown(run.dataIntervalStart)} – ${shown(run.dataIntervalEnd)}` },
  ], runs)
}
