import type { TaskSpec } from './model.js'
import { GROUP_TITLE, type Box, type Size } from './svg-layout.js'
import { textOf, titleOf, type TaskText } from './svg-marks.js'
import { round } from './svg-route.js'
import { escape, shorten, widthOf } from './svg-text.js'

const PADDING = 12
/** Room for the coloured bar that tells the kind. */
const BAR = 12
const LINE = 17
const CHIP = 18
const GAP = 6
const WIDEST_MARKS = 300

export interface MeasuredTask extends Size {
  readonly task: TaskSpec
  readonly text: TaskText
  /** The marks as they are broken into rows. */
  readonly rows: readonly (readonly string[])[]
  readonly group: string | null
}

/** @param group the box around it, whose name is not repeated */
export function measure(task: TaskSpec, group: string | null): MeasuredTask {
  const text = textOf(task, group === null ? '' : `${group}.`)
  const rows = rowsOf(text.marks)
  const widest = Math.max(widthOf(text.name, 13), widthOf(text.what, 11), ...rows.map(row => row.reduce((sum, mark) => sum + chipWidth(mark) + GAP, -GAP)))
  return { task, text, rows, group, width: Math.ceil(widest) + BAR + 2 * PADDING, height: 2 * PADDING + 2 * LINE - 2 + rows.length * (CHIP + GAP) }
}

const chipWidth = (mark: string): number => widthOf(mark, 11) + 12

function rowsOf(marks: readonly string[]): string[][] {
  const rows: string[][] = []
  let width = Infinity
  for (const mark of marks) {
    const own = chipWidth(mark)
    if (width + GAP + own > WIDEST_MARKS) {
      rows.push([])
      width = -GAP
    }
    rows.at(-1)?.push(mark)
    width += GAP + own
  }
  return rows
}

export function drawTask({ task, text, rows }: MeasuredTask, { x, y, width, height }: Box): string {
  const [left, top] = [round(x - width / 2), round(y - height / 2)]
  const begin = left + PADDING + BAR
  const marks = rows.flatMap((row, index) => {
    let at = begin
    return row.map(mark => {
      const chip = drawMark(mark, at, top + PADDING + 2 * LINE + 2 + index * (CHIP + GAP))
      at += chipWidth(mark) + GAP
      return chip
    })
  })
  return [
    `<g class="task ${task.kind}${task.map === null ? '' : ' mapped'}"><title>${escape(titleOf(task))}</title>`,
    ...(task.map === null ? [] : [6, 3].map(by => `<rect class="under" x="${left + by}" y="${top + by}" width="${width}" height="${height}" rx="8"/>`)),
    `<rect class="box" x="${left}" y="${top}" width="${width}" height="${height}" rx="8"/>`,
    `<rect class="bar" x="${left + 9}" y="${top + 10}" width="4" height="${height - 20}" rx="2"/>`,
    `<text x="${begin}" y="${top + PADDING + 12}">${escape(text.name)}</text>`,
    `<text class="what" x="${begin}" y="${top + PADDING + 28}">${escape(text.what)}</text>`,
    ...marks,
    '</g>',
  ].join('')
}

const drawMark = (mark: string, x: number, y: number): string =>
  `<g class="mark"><rect x="${round(x)}" y="${y}" width="${round(chipWidth(mark))}" height="${CHIP}" rx="${CHIP / 2}"/><text x="${round(x + 6)}" y="${y + 13}">${escape(mark)}</text></g>`

export function drawGroup(id: string, { x, y, width, height }: Box, around: string | null): string {
  const [left, top] = [round(x - width / 2), round(y - height / 2)]
  const name = shorten(around === null ? id : id.slice(around.length + 1))
  return `<g class="group"><title>${escape(id)}</title><rect x="${left}" y="${top}" width="${round(width)}" height="${round(height)}" rx="10"/><text class="group-name" x="${left + 10}" y="${top + GROUP_TITLE - 5}">${escape(name)}</text></g>`
}
