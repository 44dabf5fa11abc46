import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { NO_TASK, STATE_OF_LETTER, type Grid } from '../../api/grid.js'
import { lookOf } from '../../kit/state.js'
import { useZone } from '../../kit/time.js'
import { GridHead } from './grid-head.js'
import { GridLine, titleOf } from './grid-line.js'
import { shownRows, type ShownRow } from './grid-rows.js'

const ROW_PX = 24
const OVERSCAN = 6
/** More groups than this and they begin folded. */
const UNFOLDED_TASKS = 300

interface Place {
  readonly row: number
  readonly column: number
}

/** A task in a run, as the address of the page has it. */
export interface ChosenCell {
  readonly run: string
  readonly task: string
}

interface Table {
  readonly grid: Grid
  readonly search: string
  /** Of which the details are open beside the grid. */
  readonly chosen: ChosenCell | null
  /** Shows details beside the grid; null where there is no room, and a cell opens its page. */
  readonly onChoose: ((cell: ChosenCell | null) => void) | null
}

/** Tasks × runs. Only the rows in sight are in the document, so 2,000 tasks scroll like 20. */
export function GridTable({ grid, search, chosen, onChoose }: Table) {
  const { dag, tasks } = grid
  const navigate = useNavigate()
  const zone = useZone()
  const runs = useMemo(() => [...grid.runs].reverse(), [grid.runs])
  const [folded, setFolded] = useState<ReadonlySet<string>>(() => new Set(tasks.length > UNFOLDED_TASKS ? tasks.flatMap(({ id, kind }) => (kind === 'group' ? [id] : [])) : []))
  const rows = useMemo(() => shownRows(tasks, folded, search), [tasks, folded, search])
  const box = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<Place>({ row: 0, column: Math.max(0, runs.length - 1) })
  const [isFocused, setFocused] = useState(false)
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => ROW_PX, overscan: OVERSCAN })
  useEffect(() => { box.current?.scrollTo({ left: box.current.scrollWidth }) }, [runs.length])
  const lines = virtual.getVirtualItems()
  const chosenColumn = chosen === null ? -1 : runs.findIndex(({ run }) => run === chosen.run)

  const fold = (id: string) => setFolded(before => {
    const next = new Set(before)
    if (!next.delete(id)) next.add(id)
    return next
  })
  const open = ({ row, column }: Place) => {
    const shown = rows[row]
    const run = runs[column]?.run
    if (shown === undefined || run === undefined) return
    const { row: { id: task, mapped }, isGroup, place } = shown
    if (isGroup) return fold(task)
    if ((runs[column]?.cells[place] ?? NO_TASK) === NO_TASK) return
    // What is open already is opened whole.
    if (onChoose !== null && !(chosen?.run === run && chosen.task === task)) return onChoose({ run, task })
    void navigate(mapped ? { to: '/dags/$dag/runs/$run', params: { dag, run } } : { to: '/dags/$dag/runs/$run/tasks/$task', params: { dag, run, task } })
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
      ...(chosen !== null && onChoose !== null && { Escape: () => onChoose(null) }),
    }
    const step = steps[event.key]
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    step()
  }
  const onClick = ({ target }: MouseEvent) => {
    const id = (target as Element).closest<HTMLElement>('[data-fold]')?.dataset['fold']
    if (id !== undefined) return fold(id)
    const place = placeOf(target)
    if (place === null) return
    setActive(place)
    open(place)
  }
  // Made when it is wanted: of the thousands of cells one is looked at. The cell is another one's after a scroll.
  const onMove = ({ target }: MouseEvent) => {
    const place = placeOf(target)
    const shown = rows[place?.row ?? -1]
    const run = runs[place?.column ?? -1]
    if (shown !== undefined && run !== undefined) (target as HTMLElement).title = titleOf(shown, run)
  }
  const onOut = ({ target }: MouseEvent) => { if (placeOf(target) !== null) (target as HTMLElement).removeAttribute('title') }
  const activeRow = rows[active.row]
  return (
    <>
    <div
      className="grid card" ref={box} role="grid" aria-label="Tasks by run" aria-rowcount={rows.length + 1} aria-colcount={runs.length + 1} tabIndex={0} onKeyDown={onKey} onClick={onClick} onMouseMove={onMove} onMouseOut={onOut}
      onFocus={() => setFocused(true)} onBlur={() => setFocused(false)} {...(isFocused && activeRow !== undefined && { 'aria-activedescendant': `cell-${active.row}-${active.column}` })}
      style={{ '--rows': rows.length, '--runs': runs.length } as Record<string, unknown>}
    >
      <GridHead dag={dag} runs={runs} zone={zone} />
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        <div role="presentation" className="grid-rows" style={{ transform: `translateY(${lines[0]?.start ?? 0}px)` }}>
          {lines.map(({ index }, line) => {
            const shown = rows[index] as ShownRow
            return <GridLine key={line} shown={shown} index={index} runs={runs} isFolded={folded.has(shown.row.id)} active={isFocused && active.row === index ? active.column : -1} chosen={chosen?.task === shown.row.id ? chosenColumn : -1} />
          })}
        </div>
      </div>
    </div>
    <p className="hidden" aria-live="polite">{isFocused && activeRow !== undefined ? describe(activeRow, active.column, runs) : ''}</p>
    </>
  )
}

/** Where in the grid an element is; null: it is no cell. */
function placeOf(target: EventTarget): Place | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('.cell') : null
  const line = cell?.parentElement
  if (cell === null || line == null) return null
  // The first is the name of the task.
  return { row: Number(line.dataset['row']), column: [...line.children].indexOf(cell) - 1 }
}

function describe({ row, place }: ShownRow, column: number, runs: Grid['runs']): string {
  const run = runs[column]
  return run === undefined ? row.id : `${row.id}, ${run.run}: ${lookOf(STATE_OF_LETTER[run.cells[place] ?? ''] ?? 'none').label}`
}
