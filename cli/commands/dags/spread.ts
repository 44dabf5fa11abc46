import type { Command } from 'commander'
import type { SpreadSideView, SpreadView } from '../../../shared/views/spread-view.js'
import { on } from '../../installation.js'
import { paint } from '../../output/colour.js'
import { note, print, printJson } from '../../output/print.js'
import { renderTable } from '../../output/table.js'
import { shownTime } from '../../output/time.js'
import { renderChart } from '../../views/spread-chart.js'

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
      const spread = await on(command, 'dags', port => port.spread(pattern ?? null))
      if (json === true) printJson(spread)
      else if (spread.before.peak === null) note('No run is due in the next 24 hours.')
      else print(text(spread, spread.before.peak))
    })
}

type Peak = NonNullable<SpreadSideView['peak']>

function text({ from, before, after }: SpreadView, peak: Peak): string {
  const chart = { from: Date.parse(from), scale: Math.max(peak.tasks, after.peak?.tasks ?? 0), width: process.stdout.columns ?? UNKNOWN_WIDTH }
  const rest = peak.dags.length - MOST_IN_PEAK
  return [
    paint('Task starts per 10 minutes as the DAGs are written', 'bold'), summary(before), '', renderChart(before.slots, chart), '',
    paint('With H instead of fixed minutes and hours', 'bold'), summary(after), '', renderChart(after.slots, chart), '',
    paint(`At the peak, ${shownTime(peak.at)}`, 'bold'), '',
    renderTable<Peak['dags'][number]>([
      { title: 'DAG', value: ({ dag }) => dag }, { title: 'TASKS', align: 'right', value: ({ tasks }) => tasks }, { title: 'SCHEDULE', value: ({ schedule }) => schedule },
    ], peak.dags.slice(0, MOST_IN_PEAK)),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ].join('\n')
}

const summary = ({ total, peak }: SpreadSideView): string => `${total.toLocaleString('en')} in 24 h, at most ${(peak?.tasks ?? 0).toLocaleString('en')}${peak === null ? '' : ` at ${shownTime(peak.at)}`}`
