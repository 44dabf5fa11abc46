import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../../api/ask.js'
import type { Paged } from '../../api/pages.js'
import type { Schema } from '../../api/schema.js'
import { Time } from '../../kit/time.js'
import { Loaded } from '../../kit/waiting.js'

const SHOWN = 8
const AGAIN_MS = 30_000

/** The DAGs of which a run is due next. */
export function DueNext() {
  const query = useQuery({ queryKey: ['dags', 'due'], queryFn: ({ signal }) => ask<Paged<Schema<'DagItem'>>>('GET', '/dags', { signal, query: { sort: 'due', limit: SHOWN, runs: 0 } }), refetchInterval: AGAIN_MS })
  return (
    <section className="card" aria-label="Due next">
      <h2>Due next</h2>
      <Loaded query={query} rows={3}>{({ items }) => (items.length === 0 ? <p className="body faint">No run is due: DAGs are paused, or run by hand.</p> : (
        <ul className="rows">{items.map(({ dag, nextRun, schedule }) => (
          <li key={dag}>
            <span className="ellipsis"><Link to="/dags/$dag" params={{ dag }} className="main">{dag}</Link></span>
            <code className="faint ellipsis">{schedule}</code>
            <Time at={nextRun} seconds={false} />
            <span className="dim small nowrap"><Time at={nextRun} relative /></span>
          </li>
        ))}</ul>
      ))}</Loaded>
    </section>
  )
}
