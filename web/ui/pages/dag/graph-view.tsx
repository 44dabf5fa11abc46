import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo, useState, type ReactNode } from 'react'
import { ask } from '../../api/ask.js'
import { dagKey, dagPath } from '../../api/dags.js'
import { useLive } from '../../api/live.js'
import { runKey, useRunsOf } from '../../api/runs.js'
import type { Schema } from '../../api/schema.js'
import { Search } from '../../kit/controls.js'
import { Loaded } from '../../kit/waiting.js'
import { GraphCanvas } from './graph-canvas.js'
import { foldGraph, type Task } from './graph-fold.js'
import { RunSelect } from './run-select.js'

type Graph = Schema<'Graph'>

/** A graph of more tasks than this begins with its groups folded. */
const UNFOLDED_TASKS = 150

export function GraphView() {
  const { dag } = useParams({ from: '/shell/dags/$dag/graph' })
  const { run: asked } = useSearch({ from: '/shell/dags/$dag/graph' })
  const navigate = useNavigate({ from: '/dags/$dag/graph' })
  const [search, setSearch] = useState('')
  const runs = useRunsOf(dag, {}).data?.pages[0]?.items
  const run = asked ?? runs?.[0]?.run
  const query = useQuery({
    queryKey: run === undefined ? [...dagKey(dag), 'graph'] : [...runKey(dag, run), 'graph'], enabled: runs !== undefined, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask<Graph>('GET', `${dagPath(dag)}/graph`, { signal, query: { run } }),
  })
  useLive(run === undefined ? null : `run:${dag}/${run}`, [runKey(dag, run ?? '')])
  const open = (task: Task) => {
    if (run === undefined) return
    if (task.mapped) void navigate({ to: '/dags/$dag/runs/$run', params: { dag, run } })
    else void navigate({ to: '/dags/$dag/runs/$run/tasks/$task', params: { dag, run, task: task.id } })
  }
  return (
    <Loaded query={query} rows={10}>{graph => (
      <Folding key={dag} graph={graph} search={search} onOpen={open}>
        <Search label="Search tasks" value={search} onChange={setSearch} />
        {runs !== undefined && runs.length > 0 && run !== undefined && (
          <RunSelect runs={runs} run={run} onChange={value => { void navigate({ search: { run: value }, replace: true }) }} />
        )}
      </Folding>
    )}</Loaded>
  )
}

/** The graph with what is folded of it; a search unfolds everything, so that nothing is hidden from it. */
function Folding({ graph, search, onOpen, children }: { readonly graph: Graph; readonly search: string; readonly onOpen: (task: Task) => void; readonly children: ReactNode }) {
  const all = graph.groups.map(({ id }) => id)
  const [folded, setFolded] = useState<ReadonlySet<string>>(() => new Set(graph.nodes.length > UNFOLDED_TASKS ? all : []))
  const shown = useMemo(() => foldGraph(graph, search === '' ? folded : new Set()), [graph, folded, search])
  const fold = (group: string) => setFolded(before => {
    const next = new Set(before)
    if (!next.delete(group)) next.add(group)
    return next
  })
  return (
    <>
      <div className="toolbar">
        {children}
        {all.length > 0 && <span className="toolbar end"><button type="button" className="button" onClick={() => setFolded(new Set(folded.size === 0 ? all : []))}>{folded.size === 0 ? 'Fold groups' : 'Unfold groups'}</button></span>}
      </div>
      <GraphCanvas graph={shown} search={search.toLowerCase()} onOpen={onOpen} onFold={fold} />
    </>
  )
}
