import { Link } from '@tanstack/react-router'
import { RunLink } from '../../kit/run-link.js'
import { StateIcon } from '../../kit/state.js'
import { Duration, Time } from '../../kit/time.js'
import { Loaded } from '../../kit/waiting.js'
import { useNewestRuns } from './newest-runs.js'

const SHOWN = 8

/** The newest runs in one state, in short. */
export function RunsOf({ state, title, empty }: { readonly state: 'failed' | 'running'; readonly title: string; readonly empty: string }) {
  const query = useNewestRuns(state)
  return (
    <section className="card" aria-label={title}>
      <h2>{title}{query.data !== undefined && query.data.items.length > SHOWN && <Link to="/runs" search={{ state }} className="all">All {query.data.count}</Link>}</h2>
      <Loaded query={query} rows={3}>{({ items }) => (items.length === 0 ? <p className="body faint">{empty}</p> : (
        <ul className="rows">{items.slice(0, SHOWN).map(({ dag, run, logicalDate, startedAt, endedAt, reason }) => (
          <li key={`${dag} ${run}`}>
            <StateIcon state={state} />
            <span className="ellipsis"><Link to="/dags/$dag" params={{ dag }}>{dag}</Link></span>
            <RunLink dag={dag} run={run} logicalDate={logicalDate} reason={reason} />
            <span className="dim small nowrap">{state === 'running' ? <Duration from={startedAt} to={null} /> : <Time at={endedAt} relative />}</span>
          </li>
        ))}</ul>
      ))}</Loaded>
    </section>
  )
}
