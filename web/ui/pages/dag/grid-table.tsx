import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { NO_TASK, STATE_OF_LETTER, type Grid } from '../../api/grid.js'
import { lookOf } from '../../kit/state.js'
import { useZone } from '../../kit/time.js'
import { GridLine } from './grid-line.js'
import { GridHead } from './grid-head.js'
import { shownRows, type ShownRow } from './grid-rows.js'

const ROW_PX = 24
/** More groups than this and they begin folded. */
const UNFOLDED_TASKS = 300

interface Place {
  readonly row: number
  readonly column: number
}

/** Tasks × runs. Only the rows in sight are in the document, so 2,000 tasks scroll like 20. */
export function GridTable({ grid, search }: { readonly grid: Grid; readonly search: string }) {
  const { dag, tasks } = grid
  const navigate = useNavigate()
  const zone = useZone()
  const runs = useMemo(() => [...grid.runs].reverse(), [grid.runs])
  const [folded, setFolded] = useState<ReadonlySet<string>>(() => new Set(tasks.length > UNFOLDED_TASKS ? tasks.flatMap(({ id, kind }) => (kind === 'group' ? [id] : [])) : []))
  const rows = useMemo(() => shownRows(tasks, folded, search), [tasks, folded, search])
  const box = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<Place>({ row: 0, column: Math.max(0, runs.length - 1) })
  const [isFocused, setFocused] = useState(false)
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => ROW_PX, overscan: 6 })
  useEffect(() => { box.current?.scrollTo({ left: box.current.scrollWidth }) }, [runs.length])

  const fold = (id: string) => setFolded(before => {
    const next = new Set(before)
    if (!next.delete(id)) next.add(id)
    return next
  })
  const open = ({ row, column }: Place) => {
    const shown = rows[row]
    const run = runs[column]
    if (shown === undefined || run === undefined) return
    if (shown.isGroup) return fold(shown.row.id)
    if ((run.cells[shown.place] ?? NO_TASK) === NO_TASK) return
    void navigate(shown.row.mapped ? { to: '/dags/$dag/runs/$run', params: { dag, run: run.run } } : { to: '/dags/$dag/runs/$run/tasks/$task', params: { dag, run: run.run, task: shown.row.id } })
  }
  const move = (row: number, column: number) => {
    const place = { row: Math.max(0, Math.min(rows.length - 1, row)), column: Math.max(0, Math.min(runs.length - 1, column)) }
    setActive(place)
    virtual.scrollToIndex(place.row)
  }
  const onKey = (event: KeyboardEvent) => {
    const { row, column } = active
    const steps: Readonly<Record<string, () => void>> = {
      ArrowUp: () => move(row - 1, column), ArrowDown: () => move(row + 1, column), ArrowLeft: () => move(row, column - 1), ArrowRight: () => move(row, column + 1),
      PageUp: () => move(row - 20, column), PageDown: () => move(row + 20, column), Home: () => move(row, 0), End: () => move(row, runs.length - 1), Enter: () => open(active), ' ': () => open(active),
    }
    const step = steps[event.key]
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    step()
  }
  const onClick = ({ target }: MouseEvent) => {
    const cell = (target as Element).closest<HTMLElement>('[data-cell]')
    if (cell === null) return
    const [row = 0, column = 0] = (cell.dataset['cell'] ?? '').split(' ').map(Number)
    setActive({ row, column })
    open({ row, column })
  }
  const activeRow = rows[active.row]
  return (
    <>
    <div
      className="grid card" ref={box} role="grid" aria-label="Tasks by run" aria-rowcount={rows.length + 1} aria-colcount={runs.length + 1} tabIndex={0} onKeyDown={onKey} onClick={onClick}
      onFocus={() => setFocused(true)} onBlur={() => setFocused(false)} {...(isFocused && activeRow !== undefined && { 'aria-activedescendant': `cell-${active.row}-${active.column}` })}
      style={{ '--rows': rows.length } as Record<string, unknown>}
    >
      <GridHead dag={dag} runs={runs} zone={zone} />
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const shown = rows[index] as ShownRow
          return <GridLine key={shown.row.id} shown={shown} index={index} top={start} runs={runs} isFolded={folded.has(shown.row.id)} active={isFocused && active.row === index ? active.column : -1} onFold={fold} />
        })}
      </div>
    </div>
    <p className="hidden" aria-live="polite">{isFocused && activeRow !== undefined ? describe(activeRow, active.column, runs) : ''}</p>
    </>
  )
}

function describe({ row, place }: ShownRow, column: number, runs: Grid['runs']): string {
  const run = runs[column]
  return run === undefined ? row.id : `${row.id}, ${run.run}: ${lookOf(STATE_OF_LETTER[run.cells[place] ?? ''] ?? 'none').label}`
}
