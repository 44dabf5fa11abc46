import type { Command } from 'commander'
import { now } from '../../../shared/database/database.js'
import { listDags } from '../../../shared/database/tables/dags.js'
import { LongshoreError } from '../../../shared/errors.js'
import { slotOf, type Spread } from '../../../shared/time/spread.js'
import { withDatabase } from '../../database.js'
import { paint } from '../../output/colour.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shown } from '../../output/time.js'
import { clientSettings } from '../../settings.js'
import { scheduleText } from '../../../shared/views/schedule-text.js'
import { renderChart } from '../../views/spread-chart.js'
import { compareSpread, readScheduledDags, spreadView, type SpreadComparison } from '../../views/spread-view.js'

const MOST_IN_PEAK = 10
const UNKNOWN_WIDTH = 80

export function define(command: Command): void {
  command
    .argument('[pattern]', 'only DAGs whose id matches, with * as a wildcard')
    .option('--json', 'print {from, slotMinutes, dags, before: {slots, total, peak}, after: {…}}')
    .addHelpText('after', `
Counts the tasks of each run in the ten minutes in which it is due, for the next 24 hours and all DAGs that are not paused. The
second chart shows the same with H instead of each fixed minute, and instead of the fixed hour beside it.`)
    .action(async (pattern: string | undefined, { json }: { json?: boolean }) => {
      const comparison = await withDatabase(clientSettings(command).config, async database => {
        const matches = matcher(pattern)
        if (pattern !== undefined && !(await listDags(database)).some(({ dag_id }) => matches(dag_id))) {
          throw new LongshoreError('LS_DAG_NOT_FOUND', `there is no DAG whose id matches '${pattern}'`)
        }
        return compareSpread(await readScheduledDags(database, matches), slotOf(await now(database)))
      })
      if (json === true) printJson(spreadView(comparison))
      else if (comparison.before.peak === null) note('No run is due in the next 24 hours.')
      else print(text(comparison, comparison.before.peak))
    })
}

function matcher(pattern = '*'): (dag: string) => boolean {
  const expression = new RegExp(`^${pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`)
  return dag => expression.test(dag)
}

type Peak = NonNullable<Spread['peak']>

function text({ from, dags, before, after }: SpreadComparison, peak: Peak): string {
  const chart = { from, scale: Math.max(peak.tasks, after.peak?.tasks ?? 0), width: process.stdout.columns ?? UNKNOWN_WIDTH }
  const schedules = new Map(dags.map(({ dag, schedule }) => [dag, scheduleText(schedule)]))
  const rest = peak.dags.length - MOST_IN_PEAK
  return [
    paint('Task starts per 10 minutes as the DAGs are written', 'bold'), summary(before), '', renderChart(before.slots, chart), '',
    paint('With H instead of fixed minutes and hours', 'bold'), summary(after), '', renderChart(after.slots, chart), '',
    paint(`At the peak, ${shown(peak.at)}`, 'bold'), '',
    renderTable<Peak['dags'][number]>([
      { title: 'DAG', value: ({ dag }) => dag }, { title: 'TASKS', align: 'right', value: ({ tasks }) => tasks }, { title: 'SCHEDULE', value: ({ dag }) => schedules.get(dag) },
    ], peak.dags.slice(0, MOST_IN_PEAK)),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ].join('\n')
}

const summary = ({ total, peak }: Spread): string => `${total.toLocaleString('en')} in 24 h, at most ${(peak?.tasks ?? 0).toLocaleString('en')}${peak === null ? '' : ` at ${shown(peak.at)}`}`
