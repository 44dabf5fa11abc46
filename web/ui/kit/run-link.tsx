import { Link } from '@tanstack/react-router'
import { timeText, useZone } from './time.js'

/** Runs that nobody named are named by how they came about and their logical date. */
const BY_DATE = /^(?:scheduled|backfill|manual)__\d{4}-\d\d-\d\dT/
/** People may make several in a minute. */
const BY_HAND = /^manual__/

/** A run in a list: by its logical date when its name says no more than that, else by its name with the date beside it. */
export function RunLink({ dag, run, logicalDate, reason = null }: { readonly dag: string; readonly run: string; readonly logicalDate: string | null; readonly reason?: string | null }) {
  const zone = useZone()
  const date = logicalDate === null ? null : timeText(logicalDate, zone, { seconds: BY_HAND.test(run) })
  const isByDate = date !== null && BY_DATE.test(run)
  return (
    <div className="ellipsis">
      <Link to="/dags/$dag/runs/$run" params={{ dag, run }} className="main number" title={[run, reason].filter(text => text !== null).join('\n')}>{isByDate ? date : run}</Link>
      {!isByDate && date !== null && <span className="faint small number"> {date}</span>}
    </div>
  )
}
