import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { STATE_OF_LETTER, useGrid, type Grid } from '../../api/grid.js'
import { Search } from '../../kit/controls.js'
import { Icon } from '../../kit/icon.js'
import { LOOKS, StateIcon, lookOf } from '../../kit/state.js'
import { useWide } from '../../kit/use-narrow.js'
import { Empty, Loaded } from '../../kit/waiting.js'
import { GridPanel } from './grid-panel.js'
import { GridTable, type ChosenCell } from './grid-table.js'

const RUNS = 28
const LETTER_OF = Object.entries(STATE_OF_LETTER)

export function GridView() {
  const { dag } = useParams({ from: '/shell/dags/$dag/' })
  const { run, task, mapIndex } = useSearch({ from: '/shell/dags/$dag/' })
  const navigate = useNavigate({ from: '/dags/$dag/' })
  const isWide = useWide()
  const [search, setSearch] = useState('')
  const [older, setOlder] = useState<readonly string[]>([])
  const before = older.at(-1) ?? null
  const query = useGrid(dag, RUNS, before)
  const chosen = isWide && run !== undefined && task !== undefined ? { run, task } : null
  // The way back leads to the grid as it was before anything was chosen in it.
  const choose = (cell: ChosenCell | null, instance?: string) => {
    void navigate({ search: cell === null ? {} : { ...cell, ...(instance !== undefined && { mapIndex: instance }) }, replace: chosen !== null, resetScroll: false })
    if (cell === null) document.querySelector<HTMLElement>('[role=grid]')?.focus()
  }
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
          <div className={`beside${chosen === null ? '' : ' open'}`}>
            <div className="section">
              <GridTable grid={grid} search={search} chosen={chosen} onChoose={isWide ? choose : null} />
              <Legend grid={grid} />
            </div>
            {chosen !== null && <GridPanel key={`${chosen.run} ${chosen.task}`} dag={dag} cell={chosen} mapped={grid.tasks.find(({ id }) => id === chosen.task)?.mapped === true} mapIndex={mapIndex ?? null} onInstance={instance => choose(chosen, instance)} onClose={() => choose(null)} />}
          </div>
        </>
      ))}</Loaded>
  )
}

/** What the shapes of this grid mean. */
function Legend({ grid: { runs } }: { readonly grid: Grid }) {
  const there = new Set(LETTER_OF.filter(([letter]) => runs.some(({ cells }) => cells.includes(letter))).map(([, state]) => state))
  return <ul className="legend" aria-label="States">{Object.keys(LOOKS).filter(state => there.has(state)).map(state => <li key={state}><StateIcon state={state} size={12} />{lookOf(state).label}</li>)}</ul>
}
