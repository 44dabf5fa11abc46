import { Option, type Command } from 'commander'
import { Reprocess } from '../../../shared/states/backfill.js'
import type { BackfillPlanView } from '../../../shared/views/backfill-view.js'
import { countUpTo } from '../../count-option.js'
import { on } from '../../installation.js'
import { stateColour } from '../../output/colour.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shownTime } from '../../output/time.js'
import { readParams } from '../../params.js'

const MOST_RUNS = 1_000

interface Options {
  readonly from: string
  readonly to: string
  readonly reprocess: Reprocess
  readonly maxActiveRuns?: number
  readonly param: readonly string[]
  readonly backwards?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function define(command: Command): void {
  command
    .argument('<dag>', 'id of the DAG')
    .requiredOption('--from <date>', 'first logical date; in the zone of the DAG unless it names its own')
    .requiredOption('--to <date>', 'last logical date')
    .addOption(new Option('--reprocess <rule>', 'which dates are run again that have a run: none, those that failed, or all that ended').choices(Object.values(Reprocess)).default(Reprocess.none))
    .option('--max-active-runs <n>', 'how many of its runs may be active at once; default: as many as the DAG allows', countUpTo(MOST_RUNS))
    .option('--param <key=value>', 'a param of its runs; may be repeated', (text: string, before: string[]) => [...before, text], [])
    .option('--backwards', 'newest date first')
    .option('--dry-run', 'list what would happen to each date, and change nothing')
    .option('--json', 'print {backfill, dag, dryRun, maxActiveRuns, paused, counts, dates}')
    .action(async (dag: string, { param, maxActiveRuns, backwards, dryRun, json, ...range }: Options) => {
      const wanted = { dag, ...range, maxActiveRuns: maxActiveRuns ?? null, params: readParams(param, undefined), backwards: backwards === true }
      const plan = await on(command, 'backfills', port => (dryRun === true ? port.plan(wanted) : port.start(wanted)))
      if (json === true) printJson(plan)
      else if (dryRun === true) print(table(plan.dates))
      else if (plan.backfill !== null) print(String(plan.backfill))
      note(summary(plan))
      if (plan.paused) note(`DAG ${dag} is paused: the runs wait until \`longshore dags unpause ${dag}\`.`)
    })
}

type PlannedDate = BackfillPlanView['dates'][number]

function table(dates: readonly PlannedDate[]): string {
  return renderTable<PlannedDate>([
    { title: 'LOGICAL DATE', value: date => shownTime(date.logicalDate) },
    { title: 'DATA INTERVAL', value: date => `${shownTime(date.dataIntervalStart)} – ${shownTime(date.dataIntervalEnd)}` },
    { title: 'WOULD', value: date => MEANING[date.action] },
    { title: 'STATE', value: date => date.state, colour: date => (date.state === null ? null : stateColour(date.state)) },
    { title: 'RUN', value: date => date.run },
  ], dates)
}

const MEANING: Readonly<Record<PlannedDate['action'], string>> = { create: 'run', reprocess: 'run again', leave: 'be left alone' }

function summary({ backfill, dag, dryRun, maxActiveRuns, dates, counts: { create, reprocess, leave } }: BackfillPlanView): string {
  const numbers = `${create} new, ${reprocess} again, ${leave} left alone`
  if (dryRun) return `${dates.length} dates: ${numbers}. Nothing was changed.`
  if (backfill === null) return `Nothing to do: all ${dates.length} dates have a run. See --reprocess.`
  return `Backfill ${backfill} of ${dag}: ${numbers}; at most ${maxActiveRuns} run${maxActiveRuns === 1 ? '' : 's'} at once. See \`longshore backfills show ${backfill}\`.`
}
