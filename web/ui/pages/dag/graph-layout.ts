import dagre from '@dagrejs/dagre'
import type { Graph } from './graph-fold.js'

export const NODE = { width: 190, height: 44 } as const

/** Where edges lead: to the right, or down where there is no room to the right. */
export type Direction = 'LR' | 'TB'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where each task and group stands. Pure; states play no part, so that nothing moves while a run is watched. */
export function layOut({ tasks, folded, groups, edges }: Graph, direction: Direction): ReadonlyMap<string, Box> {
  const graph = new dagre.graphlib.Graph({ compound: true })
  graph.setGraph({ rankdir: direction, nodesep: 14, ranksep: direction === 'LR' ? 56 : 36, marginx: 20, marginy: 20 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id, parent } of groups) {
    graph.setNode(`group:${id}`, {})
    if (parent !== null) graph.setParent(`group:${id}`, `group:${parent}`)
  }
  for (const { id, group } of [...tasks, ...folded]) {
    graph.setNode(id, { ...NODE })
    if (group !== null) graph.setParent(id, `group:${group}`)
  }
  for (const [from, to] of edges) graph.setEdge(from, to)
  dagre.layout(graph)
  return new Map(graph.nodes().map(id => {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(id) as Partial<Box>
    return [id, { x: x - width / 2, y: y - height / 2, width, height }]
  }))
}
