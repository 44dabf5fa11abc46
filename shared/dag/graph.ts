import type { DagSpec, TaskSpec } from './model.js'

/** The tasks of a DAG and their edges, ready to be asked. */
export interface DagGraph {
  /** In topological order. */
  readonly tasks: ReadonlyMap<string, TaskSpec>
  /** Direct upstream and downstream ids; every task has an entry. */
  readonly upstream: ReadonlyMap<string, readonly string[]>
  readonly downstream: ReadonlyMap<string, readonly string[]>
  /** Tasks that wait for nothing. */
  readonly roots: readonly string[]
  /** Tasks that nothing waits for: they decide the state of a run. */
  readonly leaves: readonly string[]
}

const graphs = new WeakMap<DagSpec, DagGraph>()

/** Built once per specification object, however often it is asked for. */
export function graphOf(spec: DagSpec): DagGraph {
  let graph = graphs.get(spec)
  if (!graph) graphs.set(spec, (graph = build(spec)))
  return graph
}

function build(spec: DagSpec): DagGraph {
  const tasks = new Map(spec.tasks.map(task => [task.id, task]))
  const upstream = new Map(spec.tasks.map(task => [task.id, task.after]))
  const downstream = new Map<string, string[]>(spec.tasks.map(task => [task.id, []]))
  for (const { id, after } of spec.tasks) for (const up of after) downstream.get(up)?.push(id)
  const ids = [...tasks.keys()]
  return {
    tasks, upstream, downstream,
    roots: ids.filter(id => upstream.get(id)?.length === 0),
    leaves: ids.filter(id => downstream.get(id)?.length === 0),
  }
}

/** Everything that can be reached from the given tasks along the edges, without the tasks themselves unless they are reached. */
export function reachable(edges: ReadonlyMap<string, readonly string[]>, from: Iterable<string>): Set<string> {
  const found = new Set<string>()
  const open = [...from]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of edges.get(id) ?? []) {
      if (found.has(next)) continue
      found.add(next)
      open.push(next)
    }
  }
  return found
}
