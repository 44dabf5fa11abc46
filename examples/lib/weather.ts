import { dag, type Dag } from 'longshore'
import type { Place } from './place.js'

const YEARS = [2012, 2013, 2014, 2015]

/** Two weather stations, day by day, become a table of months, a chart and a report. */
export function weatherDag({ defaults, script }: Place): Dag {
  return dag('examples.weather', {
    description: 'Daily weather of Seattle and New York, 2012 to 2015: fetched, cleaned, aggregated per month, loaded, drawn.',
    owner: 'data-platform',
    tags: ['example', 'etl'],
    schedule: '@daily~',
    catchup: false,
    maxActiveTasks: 4,
    defaults: { ...defaults, timeout: '2m', retries: 1, retryDelay: '2s', result: true },
  }, d => {
    const extract = d.group('extract', group => {
      group.task('seattle', { command: script('weather/extract.mjs', 'seattle-weather.csv') })
      // The service behind this table answers 503 while it wakes up: the first try fails, the second succeeds.
      group.task('two_cities', { command: script('weather/fetch.mjs', 'weather.csv'), retries: 2, retryDelay: '1s' })
    })
    const clean = d.task('clean', { command: script('weather/clean.mjs') }).after(extract)
    const monthly = d.group('monthly', group => {
      for (const year of YEARS) group.task(String(year), { command: script('weather/aggregate.mjs', year) })
    }).after(clean)
    const load = d.task('load', { command: script('weather/load.mjs', '--days', '{{ results.clean.rows }}', ...YEARS) }).after(monthly)
    const chart = d.task('chart', { command: script('weather/chart.mjs', '{{ results.load.version }}') }).after(load)
    d.task('report', {
      triggerRule: 'all_success',
      result: false,
      command: script(
        'weather/report.mjs',
        'Run: {{ run_id }}',
        'Days: {{ results.clean.rows }}, after {{ results.clean.duplicates }} duplicates and {{ results.clean.rejected }} bad rows',
        'Months: {{ results.load.rows }} in version {{ results.load.version }} of the table',
        ...YEARS.map(year => `Wettest month of ${year}: {{ results['monthly.${year}'].wettest }}`),
        'Chart: examples/out/{{ results.chart.file }}',
      ),
    }).after(chart)
  })
}
