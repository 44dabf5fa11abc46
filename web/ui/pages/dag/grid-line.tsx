import { memo } from 'react'
import { NO_TASK, STATE_OF_LETTER, type GridRun } from '../../api/grid.js'
import { Icon } from '../../kit/icon.js'
import { lookOf } from '../../kit/state.js'
import type { ShownRow } from './grid-rows.js'

interface Line {
  readonly shown: ShownRow
  readonly index: number
  readonly runs: readonly GridRun[]
  readonly isFolded: boolean
  /** The column that the keyboard is in; -1: none. */
  readonly active: number
  /** The column of which the details are open beside the grid; -1: none. */
  readonly chosen: number
}

const NOT_THERE = 'not in this run'

/**
 * One task in all runs. Lines are taken again for other tasks while the grid scrolls: what is the same there costs nothing. So a
 * cell is one element with no more than its state, and what else belongs to it (its title, what a click does) is found by its place.
 */
export const GridLine = memo(function GridLine({ shown: { row, place, depth, isGroup }, index, runs, isFolded, active, chosen }: Line) {
  return (
    <div role="row" aria-rowindex={index + 2} data-row={index} className="grid-line">
      <div role="rowheader" className={`grid-name${row.gone ? ' faint' : ''}`} title={row.id} style={{ paddingLeft: 12 + depth * 14 }}>
        {isGroup
          ? <button type="button" tabIndex={-1} className="as-text grid-fold" data-fold={row.id} aria-expanded={!isFolded}><Icon name={isFolded ? 'right' : 'down'} size={12} /><span className="ellipsis">{row.label}</span></button>
          : <span className="ellipsis">{row.label}{row.mapped && <span className="faint"> [ ]</span>}</span>}
      </div>
      <Cells letters={runs.map(({ cells }) => cells[place] ?? NO_TASK).join('')} isGroup={isGroup} active={active} activeId={active < 0 ? undefined : `cell-${index}-${active}`} chosen={chosen} />
    </div>
  )
})

interface CellsOfLine extends Pick<Line, 'active' | 'chosen'> {
  /** The state of the task in each run. */
  readonly letters: string
  readonly isGroup: boolean
  readonly activeId: string | undefined
}

const Cells = memo(function Cells({ letters, isGroup, active, activeId, chosen }: CellsOfLine) {
  return [...letters].map((letter, column) => {
    const state = STATE_OF_LETTER[letter]
    return (
      <div
        key={column} role="gridcell" className={`cell${state === undefined ? '' : ` c-${state}`}${isGroup ? ' group' : ''}${active === column ? ' active' : ''}${chosen === column ? ' chosen' : ''}`}
        aria-label={state === undefined ? NOT_THERE : lookOf(state).label} id={active === column ? activeId : undefined} aria-selected={chosen === column ? true : undefined}
      />
    )
  })
})

/** What a cell says when the mouse rests on it. */
export function titleOf({ row, place }: ShownRow, run: GridRun): string {
  const state = STATE_OF_LETTER[run.cells[place] ?? NO_TASK]
  const counts = run.counts[String(place)]
  return state === undefined ? '' : `${row.id}\n${run.run}\n${counts === undefined ? lookOf(state).label : countsText(counts)}`
}

const countsText = (counts: Readonly<Partial<Record<string, number>>>): string => Object.entries(counts).map(([state, count]) => `${count} ${lookOf(state).label}`).join(', ')
