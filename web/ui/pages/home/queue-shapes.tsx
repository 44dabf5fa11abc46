import { Link } from '@tanstack/react-router'
import { oldestIn, takenIn, useQueues, waitingIn } from '../../api/flower.js'
import { Sparkline } from '../../kit/sparkline.js'
import { Duration } from '../../kit/time.js'
import { Loaded } from '../../kit/waiting.js'

const SHOWN = 8

/** The fullest queues, over the last hour. */
export function QueueShapes() {
  const query = useQueues()
  return (
    <section className="card" aria-label="Queues">
      <h2>Queues{(query.data?.items.length ?? 0) > SHOWN && <Link to="/queues" className="all">All {query.data?.items.length}</Link>}</h2>
      <Loaded query={query} rows={3}>{({ items }) => (items.length === 0 ? <p className="body faint">A queue is there once a DAG has named it.</p> : (
        <ul className="rows">{[...items].sort((a, b) => waitingIn(b) - waitingIn(a) || b.active - a.active).slice(0, SHOWN).map(item => (
          <li key={item.queue}>
            <span className="ellipsis"><Link to="/tasks" search={{ queue: item.queue }} className="main">{item.queue}</Link>{item.paused && <span className="faint small"> paused</span>}</span>
            <span className="dim small nowrap number">{waitingIn(item)} wait, {takenIn(item)} run</span>
            <Sparkline label="Waiting" values={item.samples.map(sample => sample.waiting)} />
            <span className="dim small nowrap"><Duration from={oldestIn(item)} to={null} /></span>
          </li>
        ))}</ul>
      ))}</Loaded>
    </section>
  )
}
