import { paint, type Colour } from './colour.js'
import { plain, plainButColours } from './plain.js'

export interface Column<Row> {
  readonly title: string
  readonly value: (row: Row) => string | number | null | undefined
  readonly align?: 'left' | 'right'
  readonly colour?: (row: Row) => Colour | null
}

const GAP = '  '

/** Rows as aligned text for people. What is empty stays empty; the last column is not padded. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map(row => columns.map(column => plain(oneLine(String(column.value(row) ?? '')))))
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...cells.map(line => line[index]?.length ?? 0)))
  const pad = (text: string, index: number): string => {
    const width = widths[index] as number
    if (columns[index]?.align === 'right') return text.padStart(width)
    return index === columns.length - 1 ? text : text.padEnd(width)
  }
  const header = paint(columns.map(({ title }, index) => pad(title, index)).join(GAP).trimEnd(), 'bold')
  const body = rows.map((row, line) => columns
    .map(({ colour }, index) => paint(pad(cells[line]?.[index] as string, index), colour?.(row) ?? null))
    .join(GAP).trimEnd())
  return [header, ...body].join('\n')
}

/** A cell that broke its line would break the table. */
const oneLine = (text: string): string => text.replace(/\s*[\r\n\t]+\s*/g, ' ')

/** `name  value` lines, names padded to one width. */
export function renderFields(fields: readonly (readonly [name: string, value: string | number | null])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length))
  return fields.filter(([, value]) => value !== null && value !== '').map(([name, value]) => `${paint(name.padEnd(width), 'bold')}${GAP}${plainButColours(oneLine(String(value)))}`).join('\n')
}
