import { chain, dag, type Dag } from 'longshore'
import type { Place } from './place.js'

const RETURNS = 'warehouse.stock_returns'
/** How long somebody may think about the incomplete series; then they are left out, so that the run also ends unattended. */
const APPROVAL_TIME = '2m'

/** Monthly prices become a table of returns. What is complete goes in at once; what is not, only when somebody approves. */
export function stocksDag({ defaults, script }: Place): Dag {
  return dag('examples.stocks', {
    description: 'Monthly prices of five stocks, 2000 to 2010: cleaned, judged, approved, loaded.',
    owner: 'data-platform',
    tags: ['example', 'etl'],
    params: { again: { type: 'boolean', default: false, description: 'Load also when the prices are those that were loaded last' } },
    // Two runs would judge and load the same table at once.
    maxActiveRuns: 1,
    deadline: '15m',
    timeout: '1h',
    defaults: { ...defaults, timeout: '2m', retries: 1, retryDelay: '2s' },
  }, d => {
    const changed = d.task('changed', { command: script('stocks/changed.mjs', '{{ params.again }}'), shortCircuit: true })
    const list = d.task('list', { command: script('stocks/list.mjs'), result: true }).after(changed)
    const clean = d.task('clean', { command: script('stocks/clean.mjs', '{{ item.symbol }}', '{{ item.from }}', '{{ item.to }}'), result: true })
      .map(list, { limit: 50, maxActive: 2 })
    const judge = d.task('judge', { command: script('stocks/judge.mjs', '{{ results.clean }}'), branch: true }).after(clean)
    const load = d.task('load', { command: script('stocks/load.mjs', 'complete', '{{ results.clean }}') }).after(judge)
    const review = d.group('review', group => {
      // A person waits for this one, so it goes before everything else.
      const explain = group.task('explain', { command: script('stocks/explain.mjs', '{{ results.clean }}'), priorityWeight: 100, weightRule: 'absolute' })
      const approval = group.task('approval', { wait: { event: 'stocks-approved', onTimeout: 'skip' }, timeout: APPROVAL_TIME })
      const loadRest = group.task('load', { command: script('stocks/load.mjs', 'incomplete', '{{ results.clean }}', "{{ results['review.approval'] }}") })
      chain(explain, approval, loadRest)
    }).after(judge)
    const loaded = d.task('loaded', { kind: 'empty', triggerRule: 'none_failed_min_one_success' }).after(load, review)
    d.task('publish', { command: script('stocks/publish.mjs'), outlets: [RETURNS] }).after(loaded)
  })
}

/** Runs whenever the table has a new version: each measure over each span is ranked by itself. */
export function stockReportDag({ defaults, script }: Place): Dag {
  return dag('examples.stock_report', {
    description: 'The stocks of the table, ranked by growth and by volatility over one, three and ten years.',
    owner: 'data-platform',
    tags: ['example'],
    schedule: { assets: [RETURNS] },
    params: { years: { type: 'array', default: [1, 3, 10], description: 'Spans, ending with the last month of the table' } },
    defaults: { ...defaults, timeout: '2m' },
  }, d => {
    const rank = d.task('rank', { command: script('stocks/rank.mjs', '{{ item.measure }}', '{{ item.years }}'), result: true })
      .map({ measure: ['growth', 'volatility'], years: 'params.years' }, { maxActive: 3 })
    // It says what is new since the report before, so the reports have to come one after the other.
    d.task('report', { command: script('stocks/report.mjs', '{{ results.rank }}'), dependsOnPast: true }).after(rank)
  })
}
