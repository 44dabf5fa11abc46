import { paint, type Colour } from '../output/colour.js'
import { SLOT, SLOTS } from '../../shared/time/spread.js'

const EIGHTHS = ' ▁▂▃▄▅▆▇█'
const HEIGHT = 6
/** Slots that one column stands for: as few as the width allows. */
const SLOTS_PER_COLUMN = [1, 2, 3, 6] as const
const LABEL_EVERY = 3 * 3_600_000

export interface ChartOptions {
  readonly from: number
  /** What a full column stands for: the same in charts that are to be compared. */
  readonly scale: number
  /** Characters of a line. */
  readonly width: number
}

/** A chart of one day in columns, each as high as the fullest of its slots; the highest are red. */
export function renderChart(slots: readonly number[], { from, scale, width }: ChartOptions): string {
  const label = Math.max(...[scale, scale / 2, 0].map(value => shown(value).length))
  const perColumn = SLOTS_PER_COLUMN.find(per => SLOTS / per + label + 2 <= width) ?? 6
  const columns = Array.from({ length: SLOTS / perColumn }, (_, index) => Math.max(...slots.slice(index * perColumn, (index + 1) * perColumn)))
  const highest = Math.max(...columns)
  const rows = Array.from({ length: HEIGHT }, (_, index) => HEIGHT - 1 - index).map(row => {
    const mark = row === HEIGHT - 1 ? shown(scale) : row === HEIGHT / 2 - 1 ? shown(scale / 2) : ''
    return `${mark.padStart(label)} ┤${runsOf(columns.map(value => [cell(value, scale, row), value === highest ? 'red' : 'cyan']))}`.trimEnd()
  })
  return [...rows, `${'0'.padStart(label)} ┴${'─'.repeat(columns.length)}`, `${' '.repeat(label + 2)}${axis(columns.length, from, perColumn * SLOT)}`.trimEnd()].join('\n')
}

const shown = (value: number): string => Math.ceil(value).toLocaleString('en')

/** What of a column is in this row; anything but nothing is visible. */
function cell(value: number, scale: number, row: number): string {
  const eighths = value === 0 ? 0 : Math.max(1, Math.round(value / scale * HEIGHT * 8))
  return EIGHTHS[Math.min(8, Math.max(0, eighths - row * 8))] as string
}

/** Neighbours of one colour are painted together. */
function runsOf(cells: readonly (readonly [character: string, colour: Colour])[]): string {
  let text = ''
  for (let begin = 0; begin < cells.length;) {
    const colour = cells[begin]?.[1] as Colour
    let end = begin
    while (end < cells.length && cells[end]?.[1] === colour) end += 1
    text += paint(cells.slice(begin, end).map(([character]) => character).join(''), colour)
    begin = end
  }
  return text
}

function axis(columns: number, from: number, perColumn: number): string {
  const line = new Array<string>(columns).fill(' ')
  for (let at = Math.ceil(from / LABEL_EVERY) * LABEL_EVERY; at < from + columns * perColumn; at += LABEL_EVERY) {
    const column = Math.floor((at - from) / perColumn)
    const text = new Date(at).toISOString().slice(11, LABEL_EVERY / perColumn >= 6 ? 16 : 13)
    if (column + text.length <= columns) line.splice(column, text.length, ...text)
  }
  return line.join('')
}
