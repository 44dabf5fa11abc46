import { Background, Controls, MiniMap, ReactFlow } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { useMemo } from 'react'
import { lookOf } from '../../kit/state.js'
import { useNarrow } from '../../kit/use-narrow.js'
import { nodeOf, type Graph, type Task } from './graph-fold.js'
import { layOut } from './graph-layout.js'
import { NODE_TYPES, type AnyNode } from './graph-nodes.js'

/** More nodes than this have a map of where one is. */
const MAP_FROM = 30
/** Smaller than this nobody can read what stands in a node; the rest is a finger's or a wheel's way off. */
const LEAST_ZOOM = 0.35

interface Shown {
  readonly graph: Graph
  readonly search: string
  readonly onOpen: (task: Task) => void
  readonly onFold: (group: string) => void
}

export function GraphCanvas({ graph, search, onOpen, onFold }: Shown) {
  const direction = useNarrow() ? 'TB' : 'LR'
  const { tasks, folded, groups, edges } = graph
  // Only another shape is laid out anew.
  const shape = JSON.stringify([direction, tasks.map(({ id, group }) => [id, group]), folded.map(({ id, group }) => [id, group]), groups, edges])
  const boxes = useMemo(() => layOut(graph, direction), [shape])
  const at = (id: string) => {
    const { x = 0, y = 0, width = 0, height = 0 } = boxes.get(id) ?? {}
    return { id, position: { x, y }, width, height }
  }
  const isDim = (id: string): boolean => search !== '' && !id.toLowerCase().includes(search)
  const nodes: AnyNode[] = [
    ...groups.map(({ id, label }): AnyNode => ({ ...at(`group:${id}`), type: 'group-box', data: { label, onFold: () => onFold(id) }, zIndex: -1, selectable: false, focusable: false })),
    ...folded.map((group): AnyNode => ({ ...at(group.id), type: 'folded', data: { group, direction }, ariaLabel: `group ${group.label}: ${group.tasks} tasks, folded` })),
    ...tasks.map((task): AnyNode => ({ ...at(task.id), type: 'task', data: { task, isDim: isDim(task.id), direction }, ariaLabel: `${task.id}${task.state === null ? '' : `: ${lookOf(task.state).label}`}` })),
  ]
  const open = (id: string | undefined) => {
    const task = tasks.find(node => node.id === id)
    const group = folded.find(node => node.id === id)
    if (task !== undefined) onOpen(task)
    else if (group !== undefined && id !== undefined) onFold(id.slice(nodeOf('').length))
  }
  return (
    <div className="graph card">
      <ReactFlow<AnyNode>
        key={direction} nodes={nodes} edges={edges.map(([source, target]) => ({ id: `${source} ${target}`, source, target, focusable: false }))} nodeTypes={NODE_TYPES}
        fitView fitViewOptions={{ minZoom: LEAST_ZOOM, maxZoom: 1.1, padding: 0.08 }} minZoom={0.05} maxZoom={2} onlyRenderVisibleElements={nodes.length > 200}
        nodesDraggable={false} nodesConnectable={false} edgesFocusable={false} proOptions={{ hideAttribution: true }}
        onNodeClick={(_event, { id }) => open(id)}
        onKeyDown={event => { if (event.key === 'Enter') open((event.target as Element).closest<HTMLElement>('.react-flow__node')?.dataset['id']) }}
      >
        <Background gap={20} size={1} />
        <Controls showInteractive={false} />
        {nodes.length >= MAP_FROM && <MiniMap<AnyNode> pannable zoomable ariaLabel="Where in the graph" nodeColor={({ data }) => ('label' in data ? 'transparent' : lookOf(('task' in data ? data.task : data.group).state ?? 'none').colour)} />}
      </ReactFlow>
    </div>
  )
}
