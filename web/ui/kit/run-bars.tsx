import { useNavigate } from '@tanstack/react-router'
import { lookOf } from './state.js'
import { durationText, timeText, useNow, useZone } from './time.js'

interface Mark {
  readonly run: string
  readonly state: string
  readonly logicalDate: string | null
  readonly startedAt: string | null
  readonly endedAt: string | null
}

const HEIGHT = 26
const LEAST = 5

/**
 * The newest runs as bars: how high tells how long, colour and sign tell how they ended. The newest is on the right. A click
 * opens one; by keyboard they are reached through the list of runs, as a dozen stops in each row of a table help nobody.
 */
export function RunBars({ dag, runs, slots }: { readonly dag: string; readonly runs: readonly Mark[]; readonly slots: number }) {
  const zone = useZone()
  const now = useNow(10_000)
  const navigate = useNavigate()
  const bars = runs.slice(0, slots).map(mark => ({ mark, ms: mark.startedAt === null ? 0 : (mark.endedAt === null ? now : Date.parse(mark.endedAt)) - Date.parse(mark.startedAt) })).reverse()
  const longest = Math.max(1, ...bars.map(({ ms }) => ms))
  return (
    <div className="run-bars" role="img" aria-label={summary(runs)}>
      {Array.from({ length: slots - bars.length }, (_, place) => <i key={place} />)}
      {bars.map(({ mark, ms }) => (
        <span
          key={mark.run} data-state={mark.state} onClick={() => { void navigate({ to: '/dags/$dag/runs/$run', params: { dag, run: mark.run } }) }}
          title={`${mark.run}\n${lookOf(mark.state).label}${mark.startedAt === null ? '' : ` · ${timeText(mark.startedAt, zone)} · ${durationText(ms)}`}`}
        >
          <b style={{ height: Math.round(LEAST + (HEIGHT - LEAST) * (ms / longest)), background: lookOf(mark.state).colour }} />
        </span>
      ))}
    </div>
  )
}

function summary(runs: readonly Mark[]): string {
  if (runs.length === 0) return 'no runs yet'
  const counts = new Map<string, number>()
  for (const { state } of runs) counts.set(state, (counts.get(state) ?? 0) + 1)
  return `last runs: ${[...counts].map(([state, count]) => `${count} ${lookOf(state).label}`).join(', ')}`
}
