import dagre from '@dagrejs/dagre'
import type { Schema } from '../../api/schema.js'

export type Graph = Schema<'Graph'>

export const NODE = { width: 190, height: 44 } as const

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where each task and group stands: from left to right, as edges lead. Pure; states play no part, so that nothing moves while a run is watched. */
export function layOut({ nodes, groups, edges }: Pick<Graph, 'nodes' | 'groups' | 'edges'>): ReadonlyMap<string, Box> {
  const graph = new dagre.graphlib.Graph({ compound: true })
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 56, marginx: 20, marginy: 20 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id, parent } of groups) {
    graph.setNode(`group:${id}`, {})
    if (parent !== null) graph.setParent(`group:${id}`, `group:${parent}`)
  }
  for (const { id, group } of nodes) {
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
