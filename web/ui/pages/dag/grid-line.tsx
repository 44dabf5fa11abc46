import { memo } from 'react'
import { NO_TASK, STATE_OF_LETTER, type GridRun } from '../../api/grid.js'
import { Icon } from '../../kit/icon.js'
import { lookOf } from '../../kit/state.js'
import type { ShownRow } from './grid-rows.js'

interface Line {
  readonly shown: ShownRow
  readonly index: number
  readonly top: number
  readonly runs: readonly GridRun[]
  readonly isFolded: boolean
  /** The column that the keyboard is in; -1: none. */
  readonly active: number
  readonly onFold: (id: string) => void
}

/** One task in all runs. Memorised: scrolling draws only the lines that come into sight. */
export const GridLine = memo(function GridLine({ shown: { row, place, depth, isGroup }, index, top, runs, isFolded, active, onFold }: Line) {
  return (
    <div role="row" aria-rowindex={index + 2} className="grid-line" style={{ transform: `translateY(${top}px)` }}>
      <div role="rowheader" className={`grid-name${row.gone ? ' faint' : ''}`} title={row.id} style={{ paddingLeft: 12 + depth * 14 }}>
        {isGroup
          ? <button type="button" tabIndex={-1} className="as-text grid-fold" aria-expanded={!isFolded} onClick={event => { event.stopPropagation(); onFold(row.id) }}><Icon name={isFolded ? 'right' : 'down'} size={12} /><span className="ellipsis">{row.label}</span></button>
          : <span className="ellipsis">{row.label}{row.mapped && <span className="faint"> [ ]</span>}</span>}
      </div>
      {runs.map((run, column) => {
        const letter = run.cells[place] ?? NO_TASK
        const state = STATE_OF_LETTER[letter]
        const counts = run.counts[String(place)]
        return (
          <div
            key={run.run} role="gridcell" id={`cell-${index}-${column}`} data-cell={`${index} ${column}`} className={`cell${active === column ? ' active' : ''}`} aria-label={state === undefined ? 'not in this run' : lookOf(state).label}
            title={state === undefined ? '' : `${row.id}\n${run.run}\n${counts === undefined ? lookOf(state).label : countsText(counts)}`}
          >
            {state !== undefined && <i className={`c-${state}${isGroup ? ' group' : ''}`} />}
          </div>
        )
      })}
    </div>
  )
})

const countsText = (counts: Readonly<Partial<Record<string, number>>>): string => Object.entries(counts).map(([state, count]) => `${count} ${lookOf(state).label}`).join(', ')
