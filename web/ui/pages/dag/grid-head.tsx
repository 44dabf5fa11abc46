import { Link } from '@tanstack/react-router'
import type { GridRun } from '../../api/grid.js'
import { lookOf } from '../../kit/state.js'
import { dayText, durationText, timeText } from '../../kit/time.js'

const HEIGHT = 46
const LEAST = 5

/** The runs as bars over their columns: how high tells how long. */
export function GridHead({ dag, runs, zone }: { readonly dag: string; readonly runs: readonly GridRun[]; readonly zone: string }) {
  const took = runs.map(({ startedAt, endedAt }) => (startedAt === null ? 0 : (endedAt === null ? Date.now() : Date.parse(endedAt)) - Date.parse(startedAt)))
  const longest = Math.max(1, ...took)
  return (
    <div role="row" aria-rowindex={1} className="grid-head">
      <div role="columnheader" className="grid-name"><span className="small faint" title="The height of the bars">{durationText(longest)}</span></div>
      {runs.map(({ run, state, type, logicalDate }, column) => {
        const day = logicalDate === null ? '' : dayText(logicalDate, zone).slice(5)
        const previous = runs[column - 1]?.logicalDate
        const isNewDay = day !== '' && (previous == null || dayText(previous, zone).slice(5) !== day)
        return (
          <div role="columnheader" key={run} className="grid-run">
            <Link
              to="/dags/$dag/runs/$run" params={{ dag, run }} tabIndex={-1} data-state={state} aria-label={`${run}: ${lookOf(state).label}`}
              title={`${run}\n${lookOf(state).label} · ${type}${logicalDate === null ? '' : ` · ${timeText(logicalDate, zone)}`} · ${durationText(took[column])}`}
            ><b style={{ height: LEAST + ((HEIGHT - LEAST) * (took[column] ?? 0)) / longest, background: lookOf(state).colour }} /></Link>
            {isNewDay && column % 4 === 0 && <span className="date">{day}</span>}
          </div>
        )
      })}
    </div>
  )
}
