import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ask } from '../../api/ask.js'
import { dagKey, dagPath } from '../../api/dags.js'
import { useGrid } from '../../api/grid.js'
import type { Schema } from '../../api/schema.js'
import { lookOf } from '../../kit/state.js'
import { durationText, timeText, useZone } from '../../kit/time.js'
import { Empty, Loaded } from '../../kit/waiting.js'

const RUNS = 60
const HEIGHT = 250
const STEP = 16
const LEFT = 64
const LINES = 4

/** How long the newest runs took, or one task in them. */
export function Durations() {
  const { dag } = useParams({ from: '/shell/dags/$dag/durations' })
  const { task } = useSearch({ from: '/shell/dags/$dag/durations' })
  const navigate = useNavigate({ from: '/dags/$dag/durations' })
  const tasks = useGrid(dag, 1, null).data?.tasks.filter(({ kind }) => kind !== 'group') ?? []
  const query = useQuery({ queryKey: [...dagKey(dag), 'durations', task], queryFn: ({ signal }) => ask<Schema<'Durations'>>('GET', `${dagPath(dag)}/durations`, { signal, query: { runs: RUNS, task } }) })
  return (
    <>
      <div className="toolbar">
        <select className="input select" aria-label="Of" value={task ?? ''} onChange={({ target }) => { void navigate({ search: target.value === '' ? {} : { task: target.value }, replace: true }) }}>
          <option value="">Whole runs</option>
          {tasks.map(({ id }) => <option key={id} value={id}>{id}</option>)}
        </select>
      </div>
      <Loaded query={query}>{({ items }) => (items.every(({ durationMs }) => durationMs === null) ? <Empty title="Nothing has ended yet" /> : <Bars dag={dag} items={items} />)}</Loaded>
    </>
  )
}

function Bars({ dag, items }: { readonly dag: string; readonly items: Schema<'Durations'>['items'] }) {
  const zone = useZone()
  const most = Math.max(1, ...items.map(({ durationMs }) => durationMs ?? 0))
  const y = (ms: number): number => HEIGHT - (HEIGHT * ms) / most
  const width = LEFT + items.length * STEP
  const sorted = items.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs])).sort((a, b) => a - b)
  return (
    <figure className="card bars" tabIndex={0} aria-label={`Durations of ${items.length} runs: median ${durationText(sorted[Math.floor(sorted.length / 2)])}, longest ${durationText(sorted.at(-1))}`}>
      <svg viewBox={`0 0 ${width} ${HEIGHT + 24}`} style={{ width, height: HEIGHT + 24 }} role="group" aria-label="Durations">
        {Array.from({ length: LINES + 1 }, (_, line) => { const ms = (most * line) / LINES; return <g key={line}><line x1={LEFT - 6} x2={width} y1={y(ms)} y2={y(ms)} /><text x={LEFT - 10} y={y(ms) + 4} textAnchor="end">{durationText(ms)}</text></g> })}
        {items.map(({ run, state, logicalDate, waitedMs, durationMs }, place) => {
          const x = LEFT + place * STEP
          const took = durationMs ?? 0
          return (
            <Link key={run} to="/dags/$dag/runs/$run" params={{ dag, run }}>
              <title>{`${run}\n${logicalDate === null ? '' : `${timeText(logicalDate, zone)}\n`}${lookOf(state).label} · ${durationText(durationMs)}${waitedMs === null ? '' : ` after ${durationText(waitedMs)} of waiting`}`}</title>
              <rect className="bar" x={x + 2} width={STEP - 5} y={Math.min(y(took), HEIGHT - 2)} height={Math.max(2, HEIGHT - y(took))} rx="2" fill={lookOf(state).colour} />
              {state === 'failed' && <text x={x + STEP / 2 - 0.5} y={HEIGHT + 14} textAnchor="middle" aria-hidden="true" style={{ fill: 'var(--bad)' }}>✕</text>}
              <rect className="hit" x={x} width={STEP} y="0" height={HEIGHT} />
            </Link>
          )
        })}
      </svg>
    </figure>
  )
}
