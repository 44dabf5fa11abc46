import type { Command } from 'commander'
import type { DagSpec } from '../../../shared/dag/model.js'
import type { DueView } from '../../../shared/views/due-view.js'
import { countUpTo } from '../../count-option.js'
import { on } from '../../installation.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shown, shownTime } from '../../output/time.js'

const MOST = 1_000

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .option('-n, --count <n>', 'how many', countUpTo(MOST), 5)
    .option('--json', 'print a JSON array of {dueAt, dueAtInZone, logicalDate, dataIntervalStart, dataIntervalEnd}')
    .action(async (dagId: string, { count, json }: { count: number; json?: boolean }) => {
      const { dag: { spec, active, paused }, runs, at } = await on(command, 'dags', port => port.next(dagId, count))
      if (json === true) printJson(runs)
      else if (runs.length > 0) print(table(runs, spec.timezone))
      else note(`DAG ${dagId} ${whyNone(spec)}.`)
      const due = runs.filter(({ dueAt }) => dueAt !== null && dueAt <= at).length
      if (!active) note(`DAG ${dagId} is not in its file any more: no run of it is made.`)
      else if (paused) note(`DAG ${dagId} is paused: no run of it starts until it is unpaused.`)
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

function table(runs: readonly DueView[], zone: string): string {
  return renderTable<DueView>([
    { title: 'DUE (UTC)', value: run => shownTime(run.dueAt) },
    ...(zone === 'UTC' ? [] : [{ title: `DUE (${zone})`, value: (run: DueView) => run.dueAtInZone }]),
    { title: 'DATA INTERVAL (UTC)', value: run => `${shownTime(run.dataIntervalStart)} – ${shownTime(run.dataIntervalEnd)}` },
  ], runs)
}
