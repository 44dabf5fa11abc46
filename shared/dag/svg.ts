import { LongshoreError } from '../errors.js'
import type { DagSpec } from './model.js'
import { drawGroup, drawTask, measure, type MeasuredTask } from './svg-box.js'
import { groupsOf, innermost } from './svg-groups.js'
import { layOut } from './svg-layout.js'
import { columnsOf, routeOf } from './svg-route.js'
import { SVG_STYLE } from './svg-style.js'
import { escape, shorten, widthOf } from './svg-text.js'

/** Beyond them nobody sees anything in a drawing, and placing takes long: 500 tasks with 1,500 random edges take 5 s. */
export const MOST_TASKS = 500
export const MOST_EDGES = 1_500

const MARGIN = 24
const HEADER = 40

/**
 * The graph of a DAG as one self-contained SVG, which follows the reader's light or dark scheme. Edges out of a branch are
 * dashed: not all of them are followed.
 * @throws LongshoreError LS_GRAPH_TOO_LARGE
 */
export function renderSvg(spec: DagSpec): string {
  const edges = spec.tasks.flatMap(({ id, after }) => after.map(up => [up, id] as const))
  refuseTooLarge(spec, edges.length)
  const groups = groupsOf(spec)
  const measured = new Map(spec.tasks.map(task => [task.id, measure(task, innermost(task.id, groups))]))
  const placed = layOut({ nodes: measured, groups, edges })
  const columns = columnsOf(placed.nodes.values())
  const branches = new Set(spec.tasks.filter(({ branch }) => branch).map(({ id }) => id))
  const count = `${spec.tasks.length} ${spec.tasks.length === 1 ? 'task' : 'tasks'}`
  const title = shorten(spec.dag, 60)
  const subtitle = shorten(spec.description === null ? count : `${count} · ${spec.description}`, 90)
  const width = Math.ceil(Math.max(placed.width, widthOf(title, 17), widthOf(subtitle, 11)) + 2 * MARGIN)
  const height = Math.ceil(placed.height + HEADER + 2 * MARGIN)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="ls-dag" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(`Graph of DAG ${spec.dag}, ${count}`)}">`,
    `<style>${SVG_STYLE}</style>`,
    '<defs><marker id="ls-head" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0.5 8 4 0 7.5z"/></marker></defs>',
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<text class="title" x="${MARGIN}" y="${MARGIN + 12}">${escape(title)}</text>`,
    `<text class="count" x="${MARGIN}" y="${MARGIN + 30}">${escape(subtitle)}</text>`,
    `<g transform="translate(${MARGIN} ${MARGIN + HEADER})">`,
    // Outer groups come first, so that inner ones lie on them.
    ...[...placed.groups].map(([id, box]) => drawGroup(id, box, groups.get(id) ?? null)),
    ...placed.edges.map(edge => `<path class="edge${branches.has(edge.from) ? ' choice' : ''}" d="${routeOf(edge, placed.nodes, columns)}" marker-end="url(#ls-head)"/>`),
    ...[...placed.nodes].map(([id, box]) => drawTask(measured.get(id) as MeasuredTask, box)),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

function refuseTooLarge({ dag, tasks }: DagSpec, edges: number): void {
  if (tasks.length <= MOST_TASKS && edges <= MOST_EDGES) return
  throw new LongshoreError('LS_GRAPH_TOO_LARGE', `DAG '${dag}' has ${tasks.length} tasks and ${edges} edges; a drawing may have ${MOST_TASKS} tasks and ${MOST_EDGES} edges`)
}
