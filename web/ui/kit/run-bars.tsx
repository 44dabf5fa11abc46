import { Link } from '@tanstack/react-router'
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

/** The newest runs as bars: how high tells how long, colour and sign tell how they ended. The newest is on the right. */
export function RunBars({ dag, runs, slots }: { readonly dag: string; readonly runs: readonly Mark[]; readonly slots: number }) {
  const zone = useZone()
  const now = useNow(10_000)
  const bars = runs.slice(0, slots).map(mark => ({ mark, ms: mark.startedAt === null ? 0 : (mark.endedAt === null ? now : new Date(mark.endedAt).getTime()) - new Date(mark.startedAt).getTime() })).reverse()
  const longest = Math.max(1, ...bars.map(({ ms }) => ms))
  return (
    <div className="run-bars" style={{ '--slots': slots } as Record<string, unknown>}>
      {Array.from({ length: slots - bars.length }, (_, place) => <i key={place} />)}
      {bars.map(({ mark, ms }) => (
        <Link
          key={mark.run} to="/dags/$dag/runs/$run" params={{ dag, run: mark.run }} data-state={mark.state} aria-label={`${mark.run}: ${lookOf(mark.state).label}`}
          title={`${mark.run}\n${lookOf(mark.state).label}${mark.startedAt === null ? '' : ` · ${timeText(mark.startedAt, zone)} · ${durationText(ms)}`}`}
        >
          <b style={{ height: Math.round(LEAST + (HEIGHT - LEAST) * (ms / longest)), background: lookOf(mark.state).colour }} />
        </Link>
      ))}
    </div>
  )
}
