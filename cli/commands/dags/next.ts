import type { Command } from 'commander'
import type { DagSpec } from '../../../shared/dag/model.js'
import { now } from '../../../shared/database/database.js'
import { lastInterval } from '../../../shared/database/tables/dags.js'
import { isoInZone } from '../../../shared/time/iso.js'
import { timetableOf, type TimetableRun } from '../../../shared/time/timetable.js'
import { nextRuns, viewDue } from '../../../shared/views/due-view.js'
import { countUpTo } from '../../count-option.js'
import { withDatabase } from '../../database.js'
import { mustFindDag } from '../../../shared/operations/find.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shown } from '../../output/time.js'
import { clientSettings } from '../../settings.js'

const MOST = 1_000

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .option('-n, --count <n>', 'how many', countUpTo(MOST), 5)
    .option('--json', 'print a JSON array of {dueAt, dueAtInZone, logicalDate, dataIntervalStart, dataIntervalEnd}')
    .action(async (dagId: string, { count, json }: { count: number; json?: boolean }) => {
      const { row, spec, runs, at } = await withDatabase(clientSettings(command).config, async database => {
        const { row, spec } = await mustFindDag(database, dagId)
        const at = await now(database)
        return { row, spec, at, runs: [...nextRuns(timetableOf(spec).next, lastInterval(row), at, count)] }
      })
      if (json === true) printJson(runs.map(run => viewDue(run, spec.timezone)))
      else if (runs.length > 0) print(table(runs, spec.timezone))
      else note(`DAG ${dagId} ${whyNone(spec)}.`)
      const due = runs.filter(({ dueAt }) => dueAt <= at).length
      if (row.is_active === 0) note(`DAG ${dagId} is not in its file any more: no run of it is made.`)
      else if (row.is_paused !== 0) note(`DAG ${dagId} is paused: no run of it starts until it is unpaused.`)
      else if (due > 0) note(`${due} of these ${due === 1 ? 'is' : 'are'} due already, and made when fewer than ${spec.maxActiveRuns} runs of it are active.`)
    })
}

/** What makes runs of a DAG for which the clock has none to come. */
function whyNone({ schedule, end }: DagSpec): string {
  switch (schedule.kind) {
    case 'none': return 'has no schedule: its runs are started by hand or by other DAGs'
    case 'once': return 'has had its only run'
    case 'assets': {
      const [one, ...others] = schedule.assets
      return `runs when ${others.length === 0 ? `${one} is` : `${schedule.when} of ${schedule.assets.join(', ')} ${schedule.when === 'all' ? 'are' : 'is'}`} updated, not by the clock`
    }
    case 'cron':
    case 'interval': return `has no run to come: its schedule ended${end === null ? '' : ` at ${shown(end)}`}`
  }
}

function table(runs: readonly TimetableRun[], zone: string): string {
  return renderTable<TimetableRun>([
    { title: 'DUE (UTC)', value: run => shown(run.dueAt) },
    ...(zone === 'UTC' ? [] : [{ title: `DUE (${zone})`, value: (run: TimetableRun) => isoInZone(run.dueAt, zone) }]),
    { title: 'DATA INTERVAL (UTC)', value: run => `${shown(run.dataIntervalStart)} – ${shown(run.dataIntervalEnd)}` },
  ], runs)
}
