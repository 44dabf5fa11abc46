import { Link } from '@tanstack/react-router'
import type { Run, TaskItem, useTasksOf } from '../../api/runs.js'
import { lookOf, StateIcon } from '../../kit/state.js'
import { clockText, durationText, useNow, useZone } from '../../kit/time.js'
import { Empty, Loaded } from '../../kit/waiting.js'
import { mappedName } from './task-table.js'

const TICKS = 6

/** When each task of a run ran, on one axis of time. */
export function Gantt({ dag, run, query }: { readonly dag: string; readonly run: Run; readonly query: ReturnType<typeof useTasksOf> }) {
  const zone = useZone()
  const now = useNow(1_000)
  return (
    <Loaded query={query}>{({ pages }) => {
      const started = pages.flatMap(({ items }) => items).filter((item): item is TaskItem & { startedAt: string } => item.startedAt !== null)
      if (started.length === 0) return <Empty title="Nothing has started yet" />
      const from = Math.min(...started.map(({ startedAt }) => Date.parse(startedAt)), run.startedAt === null ? Infinity : Date.parse(run.startedAt))
      const to = Math.max(...started.map(({ endedAt }) => (endedAt === null ? now : Date.parse(endedAt))), from + 1)
      const at = (ms: number): string => `${(100 * (ms - from)) / (to - from)}%`
      return (
        <div className="gantt card">
          <div className="axis" aria-hidden="true">{Array.from({ length: TICKS }, (_, tick) => { const ms = from + ((to - from) * tick) / (TICKS - 1); return <span key={tick} style={{ left: at(ms) }}>{tick === 0 ? clockText(new Date(ms), zone) : `+${durationText(ms - from)}`}</span> })}</div>
          <ul aria-label="Tasks over time">{started.sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt)).map(({ task, mapIndex, state, startedAt, endedAt }) => {
            const begin = Date.parse(startedAt)
            const end = endedAt === null ? now : Date.parse(endedAt)
            return (
              <li key={`${task} ${mapIndex}`}><Link className="line" to="/dags/$dag/runs/$run/tasks/$task" params={{ dag, run: run.run, task }} search={mapIndex < 0 ? {} : { mapIndex: String(mapIndex) }} title={`${mappedName(task, mapIndex)}: ${lookOf(state).label}, ${durationText(end - begin)}`}>
                <span><StateIcon state={state} size={12} /><span className="ellipsis">{mappedName(task, mapIndex)}</span></span>
                <span className="track"><b style={{ left: at(begin), width: `max(3px, ${(100 * (end - begin)) / (to - from)}%)`, background: lookOf(state).colour }} /></span>
                <span className="number small dim">{durationText(end - begin)}</span>
              </Link></li>
            )
          })}</ul>
        </div>
      )
    }}</Loaded>
  )
}
