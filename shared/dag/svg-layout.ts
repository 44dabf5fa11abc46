import { Graph, layout } from '@dagrejs/dagre'

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** Placed by its centre. */
export interface Box extends Size, Point {}

export interface LayoutInput {
  /** Sizes of the tasks; the group is the innermost one around it. */
  readonly nodes: ReadonlyMap<string, Size & { readonly group: string | null }>
  /** Groups with the group around them. */
  readonly groups: ReadonlyMap<string, string | null>
  readonly edges: readonly (readonly [from: string, to: string])[]
}

export interface PlacedEdge {
  readonly from: string
  readonly to: string
  /** Where it begins and ends, and in between where it passes each column of tasks. */
  readonly points: readonly Point[]
}

export interface Layout extends Size {
  readonly nodes: ReadonlyMap<string, Box>
  readonly groups: ReadonlyMap<string, Box>
  readonly edges: readonly PlacedEdge[]
}

/** What is used of dagre's graph; its own declarations cannot be resolved by TypeScript's NodeNext and come out as any. */
interface DagreGraph {
  setGraph: (label: object) => void
  graph: () => { width: number; height: number }
  setNode: (id: string, label: object) => void
  node: (id: string) => Box
  setParent: (id: string, parent: string) => void
  setEdge: (from: string, to: string, label: object) => void
  edge: (from: string, to: string) => { points: Point[] }
}
const NewGraph = Graph as unknown as new (options: { compound: boolean }) => DagreGraph
const place = layout as unknown as (graph: DagreGraph) => void

/** Space in a group's box for its name. */
export const GROUP_TITLE = 18

/** Tasks and groups share dagre's one space of names, and a task may be called as a group is. */
const nodeKey = (id: string): string => `task ${id}`
const groupKey = (id: string): string => `group ${id}`

/** From left to right, each task right of everything it waits for. */
export function layOut({ nodes, groups, edges }: LayoutInput): Layout {
  const graph = new NewGraph({ compound: groups.size > 0 })
  graph.setGraph({ rankdir: 'LR', nodesep: 22, ranksep: 56, edgesep: 12, marginx: 0, marginy: 0 })
  for (const [id] of groups) graph.setNode(groupKey(id), {})
  for (const [id, around] of groups) if (around !== null) graph.setParent(groupKey(id), groupKey(around))
  for (const [id, { width, height, group }] of nodes) {
    graph.setNode(nodeKey(id), { width, height })
    if (group !== null) graph.setParent(nodeKey(id), groupKey(group))
  }
  for (const [from, to] of edges) graph.setEdge(nodeKey(from), nodeKey(to), {})
  place(graph)
  const box = ({ x, y, width, height }: Box): Box => ({ x, y, width, height })
  return {
    width: graph.graph().width,
    height: graph.graph().height,
    nodes: new Map([...nodes.keys()].map(id => [id, box(graph.node(nodeKey(id)))])),
    groups: new Map([...groups.keys()].map(id => [id, box(graph.node(groupKey(id)))])),
    edges: edges.map(([from, to]) => ({ from, to, points: graph.edge(nodeKey(from), nodeKey(to)).points })),
  }
}
