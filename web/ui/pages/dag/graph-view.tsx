import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Background, Controls, Handle, MiniMap, Position, ReactFlow, type Node, type NodeProps } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { memo, useMemo, useState } from 'react'
import { ask } from '../../api/ask.js'
import { dagKey, dagPath } from '../../api/dags.js'
import { useLive } from '../../api/live.js'
import { runKey, useRunsOf } from '../../api/runs.js'
import { Search } from '../../kit/controls.js'
import { lookOf, StateIcon } from '../../kit/state.js'
import { timeText, useZone } from '../../kit/time.js'
import { Loaded } from '../../kit/waiting.js'
import { layOut, type Graph } from './graph-layout.js'

type TaskNode = Node<{ readonly task: Graph['nodes'][number]; readonly isDim: boolean }, 'task'>
type GroupNode = Node<{ readonly label: string }, 'group-box'>

/** More tasks than this have a map of where one is. */
const MAP_FROM = 30

export function GraphView() {
  const { dag } = useParams({ from: '/shell/dags/$dag/graph' })
  const { run: asked } = useSearch({ from: '/shell/dags/$dag/graph' })
  const navigate = useNavigate({ from: '/dags/$dag/graph' })
  const [search, setSearch] = useState('')
  const zone = useZone()
  const runs = useRunsOf(dag, {}).data?.pages[0]?.items
  const run = asked ?? runs?.[0]?.run
  const query = useQuery({
    queryKey: run === undefined ? [...dagKey(dag), 'graph'] : [...runKey(dag, run), 'graph'], enabled: runs !== undefined, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask<Graph>('GET', `${dagPath(dag)}/graph`, { signal, query: { run } }),
  })
  useLive(run === undefined ? null : `run:${dag}/${run}`, [runKey(dag, run ?? '')])
  return (
    <>
      <div className="toolbar">
        <Search label="Search tasks" value={search} onChange={setSearch} />
        {runs !== undefined && runs.length > 0 && (
          <select className="input select" aria-label="Run" value={run} onChange={({ target }) => { void navigate({ search: { run: target.value }, replace: true }) }}>
            {!runs.some(item => item.run === run) && <option>{run}</option>}
            {runs.map(item => <option key={item.run} value={item.run}>{item.logicalDate === null ? item.run : timeText(item.logicalDate, zone, { seconds: false })} · {lookOf(item.state).label}</option>)}
          </select>
        )}
      </div>
      <Loaded query={query}>{graph => <Canvas graph={graph} search={search.toLowerCase()} onOpen={task => {
        if (run === undefined) return
        if (task.mapped) void navigate({ to: '/dags/$dag/runs/$run', params: { dag, run } })
        else void navigate({ to: '/dags/$dag/runs/$run/tasks/$task', params: { dag, run, task: task.id } })
      }} />}</Loaded>
    </>
  )
}

function Canvas({ graph, search, onOpen }: { readonly graph: Graph; readonly search: string; readonly onOpen: (task: Graph['nodes'][number]) => void }) {
  const shape = JSON.stringify([graph.nodes.map(({ id, group }) => [id, group]), graph.groups, graph.edges])
  // Only another shape is laid out anew.
  const boxes = useMemo(() => layOut(graph), [shape])  
  const groups: GroupNode[] = graph.groups.map(({ id, label }) => {
    const { x = 0, y = 0, width = 0, height = 0 } = boxes.get(`group:${id}`) ?? {}
    return { id: `group:${id}`, type: 'group-box', position: { x, y }, width, height, data: { label }, zIndex: -1, selectable: false, focusable: false }
  })
  const tasks: TaskNode[] = graph.nodes.map(task => {
    const { x = 0, y = 0, width = 0, height = 0 } = boxes.get(task.id) ?? {}
    return { id: task.id, type: 'task', position: { x, y }, width, height, data: { task, isDim: search !== '' && !task.id.toLowerCase().includes(search) }, ariaLabel: `${task.id}${task.state === null ? '' : `: ${lookOf(task.state).label}`}` }
  })
  const edges = graph.edges.map(([source, target]) => ({ id: `${source} ${target}`, source, target, focusable: false }))
  return (
    <div className="graph card">
      <ReactFlow<TaskNode | GroupNode>
        nodes={[...groups, ...tasks]} edges={edges} nodeTypes={NODE_TYPES} fitView fitViewOptions={{ maxZoom: 1.1, padding: 0.08 }} minZoom={0.05} maxZoom={2} onlyRenderVisibleElements={tasks.length > 200}
        nodesDraggable={false} nodesConnectable={false} edgesFocusable={false} proOptions={{ hideAttribution: true }}
        onNodeClick={(_event, node) => { if (node.type === 'task') onOpen((node as TaskNode).data.task) }}
        onKeyDown={event => {
          const id = (event.target as Element).closest<HTMLElement>('.react-flow__node')?.dataset['id']
          const task = graph.nodes.find(node => node.id === id)
          if (event.key === 'Enter' && task !== undefined) onOpen(task)
        }}
      >
        <Background gap={20} size={1} />
        <Controls showInteractive={false} />
        {tasks.length >= MAP_FROM && <MiniMap pannable zoomable ariaLabel="Where in the graph" nodeColor={node => (node.type === 'task' ? lookOf((node as TaskNode).data.task.state ?? 'none').colour : 'transparent')} />}
      </ReactFlow>
    </div>
  )
}

const TaskBox = memo(function TaskBox({ data: { task: { label, kind, mapped, branch, state, counts, triggerRule }, isDim } }: NodeProps<TaskNode>) {
  const total = counts === null ? 0 : Object.values(counts).reduce((sum, count) => sum + count, 0)
  return (
    <div className={`task-box${isDim ? ' is-dim' : ''}`} style={{ borderLeftColor: lookOf(state ?? 'none').colour }} title={`${label}\n${kind} · ${triggerRule}${state === null ? '' : ` · ${lookOf(state).label}`}`}>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      {state !== null && <StateIcon state={state} size={15} />}
      <span className="ellipsis"><strong className="ellipsis">{label}</strong><small>{mapped ? `${(counts?.success ?? 0)} of ${total}` : kind}{branch && ' · branch'}{triggerRule !== 'all_success' && ` · ${triggerRule.replaceAll('_', ' ')}`}</small></span>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  )
})

const GroupBox = ({ data: { label } }: NodeProps<GroupNode>) => <div className="group-box">{label}</div>
const NODE_TYPES = { task: TaskBox, 'group-box': GroupBox }
