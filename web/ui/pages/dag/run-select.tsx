import type { RunItem } from '../../api/runs.js'
import { lookOf } from '../../kit/state.js'
import { timeText, useZone } from '../../kit/time.js'

/** Which run of a DAG a view is of: one of the newest, or the one that its address names. */
export function RunSelect({ runs, run, onChange }: { readonly runs: readonly RunItem[]; readonly run: string; readonly onChange: (run: string) => void }) {
  const zone = useZone()
  return (
    <select className="input select" aria-label="Run" value={run} onChange={({ target }) => onChange(target.value)}>
      {!runs.some(item => item.run === run) && <option>{run}</option>}
      {runs.map(item => <option key={item.run} value={item.run}>{item.logicalDate === null ? item.run : timeText(item.logicalDate, zone, { seconds: false })} · {lookOf(item.state).label}</option>)}
    </select>
  )
}
