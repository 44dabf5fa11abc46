import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useRef } from 'react'
import { ask } from '../../api/ask.js'
import { dagKey, dagPath } from '../../api/dags.js'
import { useGrid } from '../../api/grid.js'
import type { Schema } from '../../api/schema.js'
import { lookOf } from '../../kit/state.js'
import { durationText, timeText, useZone } from '../../kit/time.js'
import { useWidth } from '../../kit/use-width.js'
import { Empty, Loaded } from '../../kit/waiting.js'

const RUNS = 60
const HEIGHT = 250
/** Of a bar and the gap after it; what the figure is wide decides in between. */
const LEAST_STEP = 16
const MOST_STEP = 44
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
  const figure = useRef<HTMLElement>(null)
  const room = useWidth(figure)
  const step = Math.max(LEAST_STEP, Math.min(MOST_STEP, Math.floor((room - LEFT) / items.length)))
  const most = Math.max(1, ...items.map(({ durationMs }) => durationMs ?? 0))
  const y = (ms: number): number => HEIGHT - (HEIGHT * ms) / most
  const width = Math.max(LEFT + items.length * step, room)
  const sorted = items.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs])).sort((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0
  return (
    <figure className="card bars" ref={figure} tabIndex={0} aria-label={`Durations of ${items.length} runs: median ${durationText(median)}, longest ${durationText(sorted.at(-1))}`}>
      <svg viewBox={`0 0 ${width} ${HEIGHT + 24}`} style={{ width, height: HEIGHT + 24 }} role="group" aria-label="Durations">
        {Array.from({ length: LINES + 1 }, (_, line) => { const ms = (most * line) / LINES; return <g key={line}><line x1={LEFT - 6} x2={width} y1={y(ms)} y2={y(ms)} /><text x={LEFT - 10} y={y(ms) + 4} textAnchor="end">{durationText(ms)}</text></g> })}
        {items.map(({ run, state, logicalDate, waitedMs, durationMs }, place) => {
          const x = LEFT + place * step
          const took = durationMs ?? 0
          return (
            <Link key={run} to="/dags/$dag/runs/$run" params={{ dag, run }}>
              <title>{`${run}\n${logicalDate === null ? '' : `${timeText(logicalDate, zone)}\n`}${lookOf(state).label} · ${durationText(durationMs)}${waitedMs === null ? '' : ` after ${durationText(waitedMs)} of waiting`}`}</title>
              <rect className="bar" x={x + 2} width={step - Math.max(5, Math.round(step / 5))} y={Math.min(y(took), HEIGHT - 2)} height={Math.max(2, HEIGHT - y(took))} rx="2" fill={lookOf(state).colour} />
              {state === 'failed' && <text x={x + step / 2 - 0.5} y={HEIGHT + 14} textAnchor="middle" aria-hidden="true" style={{ fill: 'var(--bad)' }}>✕</text>}
              <rect className="hit" x={x} width={step} y="0" height={HEIGHT} />
            </Link>
          )
        })}
        {sorted.length > 2 && <g className="median"><line x1={LEFT - 6} x2={width} y1={y(median)} y2={y(median)} /><text x={width} y={y(median) - 5} textAnchor="end">median {durationText(median)}</text></g>}
      </svg>
    </figure>
  )
}
