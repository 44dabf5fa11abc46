import { dag, type Dag } from 'longshore'
import type { Place } from './place.js'

const MONTHS = ['2001-01', '2001-02', '2001-03']

/** The departures of one airport: how late they were in each month. */
export function flightsDag(airport: string, { defaults, script }: Place): Dag {
  return dag(`examples.flights_${airport.toLowerCase()}`, {
    description: `Departures from ${airport} in the first quarter of 2001, and how late they arrived.`,
    owner: 'data-platform',
    tags: ['example', 'generated'],
    params: { alarm: { type: 'number', default: 11, minimum: 0, description: 'Mean delay in minutes above which an alarm is raised' } },
    defaults: { ...defaults, timeout: '2m', result: true },
  }, d => {
    const select = d.task('select', { command: script('flights/select.mjs', airport) })
    const months = MONTHS.map(month => d.task(`delays_${month}`, { command: script('flights/delays.mjs', month) }).after(select))
    // Exits with 99, which means skipped, while the delay is below the limit.
    const alarm = d.task('alarm', {
      result: false,
      command: script('flights/alarm.mjs', '{{ params.alarm }}', ...MONTHS.map(month => `{{ results['delays_${month}'].mean }}`)),
    }).after(months)
    d.task('summary', {
      triggerRule: 'none_failed',
      result: false,
      command: ['printf', '%s\\n', ...MONTHS.map(month => `${airport} ${month}: {{ results['delays_${month}'].text }}`)],
    }).after(months, alarm)
  })
}
