import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ask } from '../../api/ask.js'
import { dagKey, dagPath } from '../../api/dags.js'
import type { Schema } from '../../api/schema.js'
import { lookOf } from '../../kit/state.js'
import { dayText } from '../../kit/time.js'
import { Loaded } from '../../kit/waiting.js'

const MONTHS = 12
const LEGEND = [['success', 'all succeeded'], ['failed', 'all failed'], ['partly', 'some failed'], ['running', 'running'], ['queued', 'queued'], ['cancelled', 'cancelled'], ['', 'no runs']] as const
type Counts = Schema<'Calendar'>['days'][number]['counts']

/** The last year, day by day. */
export function Calendar() {
  const { dag } = useParams({ from: '/shell/dags/$dag/calendar' })
  const query = useQuery({ queryKey: [...dagKey(dag), 'calendar'], queryFn: ({ signal }) => ask<Schema<'Calendar'>>('GET', `${dagPath(dag)}/calendar`, { signal }) })
  return (
    <Loaded query={query}>{({ timezone, days }) => {
      const today = dayText(new Date(), timezone)
      const counts = new Map(days.map(({ day, counts: found }) => [day, found]))
      return (
        <>
          <div className="card calendar">{lastMonths(today).map(month => <Month key={month} month={month} today={today} counts={counts} />)}</div>
          <ul className="legend" aria-label="Days">{LEGEND.map(([kind, text]) => <li key={kind}><span className={`day ${kind}`} aria-hidden="true" />{text}</li>)}<li className="faint">Days of {timezone}</li></ul>
        </>
      )
    }}</Loaded>
  )
}

function lastMonths(today: string): string[] {
  const year = Number(today.slice(0, 4))
  const month = Number(today.slice(5, 7)) - 1
  return Array.from({ length: MONTHS }, (_, place) => new Date(Date.UTC(year, month - MONTHS + 1 + place, 1)).toISOString().slice(0, 7))
}

function Month({ month, today, counts }: { readonly month: string; readonly today: string; readonly counts: ReadonlyMap<string, Counts> }) {
  const first = new Date(`${month}-01T00:00:00Z`)
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  const blanks = (first.getUTCDay() + 6) % 7
  return (
    <section className="month" aria-label={month}>
      <h2>{first.toLocaleDateString('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })}</h2>
      <div className="days">
        {Array.from({ length: blanks }, (_, place) => <span key={`blank ${place}`} />)}
        {Array.from({ length }, (_, place) => {
          const day = `${month}-${String(place + 1).padStart(2, '0')}`
          const found = counts.get(day)
          const text = found === undefined ? 'no runs' : Object.entries(found).map(([state, count]) => `${count} ${lookOf(state).label}`).join(', ')
          return <span key={day} className={`day ${kindOf(found)}${day === today ? ' today' : ''}${day > today ? ' later' : ''}`} title={`${day}: ${text}`} role="img" aria-label={`${day}: ${text}`}>{place + 1}</span>
        })}
      </div>
    </section>
  )
}

function kindOf(counts: Counts | undefined): string {
  if (counts === undefined) return ''
  if ((counts.running ?? 0) > 0) return 'running'
  if ((counts.failed ?? 0) > 0) return (counts.success ?? 0) > 0 ? 'partly' : 'failed'
  if ((counts.success ?? 0) > 0) return 'success'
  return (counts.queued ?? 0) > 0 ? 'queued' : 'cancelled'
}
