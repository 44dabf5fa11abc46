import { paint, type Colour } from './colour.js'
import { plain, plainButColours } from './plain.js'
import { hanging, lineWidth, wrap } from './wrap.js'

export interface Column<Row> {
  readonly title: string
  readonly value: (row: Row) => string | number | null | undefined
  readonly align?: 'left' | 'right'
  readonly colour?: (row: Row) => Colour | null
  /** Left out where lines are too short for all columns, the last such column first. */
  readonly isMinor?: boolean
  /** Free text: where there is no room beside the other columns, it stands on lines of its own below its row. */
  readonly isNote?: boolean
}

const GAP = '  '
/** Text may be broken into lines of so many characters before a minor column goes. */
const COMFORT = 32
/** And to so many when it must be. */
const LEAST = 8
const NOTE_INDENT = '    '

/** A column with its cells, as wide as it is going to be. */
interface Shown<Row> {
  readonly column: Column<Row>
  readonly cells: readonly string[]
  readonly width: number
}

/**
 * Rows as aligned text for people. What is empty stays empty; the last column is not padded. Where lines are too short, columns
 * without any value go, then minor ones, notes move below their row, and long cells go on below themselves.
 */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width = lineWidth()): string {
  const whole = columns.map(column => {
    const cells = rows.map(row => plain(oneLine(String(column.value(row) ?? ''))))
    return { column, cells, width: Math.max(column.title.length, ...cells.map(cell => cell.length)) }
  })
  const { shown, notes } = fitted(whole, width)
  const header = paint(lineOf(shown, ({ column }) => column.title), 'bold')
  return [header, ...rows.flatMap((row, index) => [...rowLines(shown, row, index), ...noteLines(notes, index, width)])].join('\n')
}

function rowLines<Row>(shown: readonly Shown<Row>[], row: Row, index: number): string[] {
  const cells = new Map(shown.map(one => [one, wrap(one.cells[index] ?? '', one.width)]))
  const height = Math.max(...[...cells.values()].map(lines => lines.length))
  return Array.from({ length: height }, (_, line) =>
    lineOf(shown, one => cells.get(one)?.[line] ?? '', ({ column }) => column.colour?.(row) ?? null))
}

const noteLines = <Row>(notes: readonly Shown<Row>[], index: number, width: number): string[] =>
  notes.flatMap(({ cells }) => (cells[index] ?? '') === '' ? [] : [hanging(NOTE_INDENT, NOTE_INDENT.length, cells[index] ?? '', width)])

function lineOf<Row>(shown: readonly Shown<Row>[], text: (one: Shown<Row>) => string, colour: (one: Shown<Row>) => Colour | null = () => null): string {
  return shown.map((one, index) => {
    const own = text(one)
    const padded = one.column.align === 'right' ? own.padStart(one.width) : index === shown.length - 1 ? own : own.padEnd(one.width)
    return paint(padded, own === '' ? null : colour(one))
  }).join(GAP).trimEnd()
}

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1)

/** Numbers and titles are not broken. */
const leastOf = <Row>({ column, width }: Shown<Row>, least: number): number => (column.align === 'right' ? width : Math.min(width, Math.max(column.title.length, least)))

function fitted<Row>(whole: readonly Shown<Row>[], width: number): { readonly shown: readonly Shown<Row>[]; readonly notes: readonly Shown<Row>[] } {
  let shown = [...whole]
  const isTooWide = (least: number): boolean => total(shown.map(one => leastOf(one, least))) > width
  if (total(shown.map(one => one.width)) <= width) return { shown, notes: [] }
  shown = shown.filter(({ cells }) => cells.some(cell => cell !== ''))
  while (isTooWide(COMFORT)) {
    const minor = shown.findLast(({ column }) => column.isMinor === true)
    if (minor === undefined) break
    shown = shown.filter(one => one !== minor)
  }
  const notes = isTooWide(COMFORT) ? shown.filter(({ column }) => column.isNote === true) : []
  shown = shown.filter(one => !notes.includes(one))
  const least = isTooWide(COMFORT) ? LEAST : COMFORT
  // The widest gives way first.
  while (total(shown.map(one => one.width)) > width) {
    const widest = shown.filter(one => one.width > leastOf(one, least)).sort((a, b) => b.width - a.width)[0]
    if (widest === undefined) break
    shown = shown.map(one => (one === widest ? { ...one, width: one.width - 1 } : one))
  }
  return { shown, notes }
}

/** A cell that broke its line would break the table. */
const oneLine = (text: string): string => text.replace(/\s*[\r\n\t]+\s*/g, ' ')

/** `name  value` lines, names padded to one width; a long value goes on below its beginning. */
export function renderFields(fields: readonly (readonly [name: string, value: string | number | null])[], width = lineWidth()): string {
  const names = Math.max(...fields.map(([name]) => name.length))
  return fields.filter(([, value]) => value !== null && value !== '').map(([name, value]) => {
    const before = `${paint(name.padEnd(names), 'bold')}${GAP}`
    const text = plainButColours(oneLine(String(value)))
    // What is painted is short, and would be broken inside its colour.
    return text.includes('\u001b') ? `${before}${text}` : hanging(before, names + GAP.length, text, width)
  }).join('\n')
}
