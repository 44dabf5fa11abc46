import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useGrid } from '../../api/grid.js'
import { Search } from '../../kit/controls.js'
import { Icon } from '../../kit/icon.js'
import { StateIcon, lookOf } from '../../kit/state.js'
import { Empty, Loaded } from '../../kit/waiting.js'
import { GridTable } from './grid-table.js'

const RUNS = 28
const LEGEND = ['success', 'failed', 'upstream_failed', 'running', 'queued', 'up_for_retry', 'up_for_reschedule', 'skipped', 'cancelled', 'none']

export function GridView() {
  const { dag } = useParams({ from: '/shell/dags/$dag/' })
  const [search, setSearch] = useState('')
  const [older, setOlder] = useState<readonly string[]>([])
  const before = older.at(-1) ?? null
  const query = useGrid(dag, RUNS, before)
  return (
    <Loaded query={query} rows={10}>{grid => (grid.runs.length === 0 && before === null
      ? <Empty title="No runs yet">Trigger one, or wait for the schedule: each run is a column here, each task a row.</Empty>
      : (
        <>
          <div className="toolbar">
            <Search label="Search tasks" value={search} onChange={setSearch} />
            <span className="toolbar end">
              <button type="button" className="button" disabled={grid.next === null} onClick={() => setOlder([...older, grid.next ?? ''])}>Earlier</button>
              <button type="button" className="button" disabled={before === null} onClick={() => setOlder(older.slice(0, -1))}>Later<Icon name="right" size={12} /></button>
            </span>
          </div>
          <GridTable grid={grid} search={search} />
          <ul className="legend" aria-label="States">{LEGEND.map(state => <li key={state}><StateIcon state={state} size={12} />{lookOf(state).label}</li>)}</ul>
        </>
      ))}</Loaded>
  )
}
