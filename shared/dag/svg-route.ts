import type { Box, PlacedEdge } from './svg-layout.js'

/** Half the width of each column of tasks, by the middle of the column. */
export type Columns = ReadonlyMap<number, number>

export const round = (value: number): number => Math.round(value * 10) / 10

export function columnsOf(boxes: Iterable<Box>): Columns {
  const columns = new Map<number, number>()
  for (const { x, width } of boxes) columns.set(round(x), Math.max(columns.get(round(x)) ?? 0, width / 2))
  return columns
}

/**
 * The line of an edge: straight through a column, in the room that the layout kept for it there, and bending only between
 * columns, where there are no tasks to run over.
 */
export function routeOf({ from, to, points }: PlacedEdge, nodes: ReadonlyMap<string, Box>, columns: Columns): string {
  const [source, target] = [nodes.get(from) as Box, nodes.get(to) as Box]
  let [x, y] = [source.x + half(source.x, columns), source.y]
  let path = `M${round(source.x + source.width / 2)} ${round(y)}H${round(x)}`
  const bendTo = (left: number, height: number): void => {
    const middle = round((x + left) / 2)
    path += Math.abs(height - y) < 0.5 ? `H${round(left)}` : `C${middle} ${round(y)} ${middle} ${round(height)} ${round(left)} ${round(height)}`
    ;[x, y] = [left, Math.abs(height - y) < 0.5 ? y : height]
  }
  for (const bend of points.slice(1, -1)) {
    const width = half(bend.x, columns)
    // The layout also bends between columns, where a curve needs no help.
    if (width === 0) continue
    bendTo(bend.x - width, bend.y)
    x = bend.x + width
    path += `H${round(x)}`
  }
  bendTo(target.x - half(target.x, columns), target.y)
  return `${path}H${round(target.x - target.width / 2)}`
}

const half = (x: number, columns: Columns): number => columns.get(round(x)) ?? 0
