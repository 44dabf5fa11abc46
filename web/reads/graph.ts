import { graphOf } from '../../shared/dag/graph.js'
import type { Graph } from '../schemas/grid.js'
import { groupRows } from './group-rows.js'
import type { RunCells } from './run-cells.js'
import type { Version } from './versions.js'

/** A version of a DAG as nodes and edges, with the states of a run. Pure. */
export function viewGraph(dag: string, { number, spec }: Version, run: RunCells | null): Graph {
  const { tasks } = graphOf(spec)
  const rows = groupRows(spec, [])
  const groupOf = (parent: number): string | null => rows[parent]?.id ?? null
  return {
    dag, version: number,
    nodes: rows.flatMap(({ id, label, kind, mapped, parent }) => {
      const task = tasks.get(id)
      if (kind === 'group' || task === undefined) return []
      return [{ id, label, kind, group: groupOf(parent), mapped, triggerRule: task.triggerRule, branch: task.branch, state: run?.state.get(id) ?? null, counts: run?.counts.get(id) ?? null }]
    }),
    groups: rows.filter(({ kind }) => kind === 'group').map(({ id, label, parent }) => ({ id, label, parent: groupOf(parent) })),
    edges: spec.tasks.flatMap(({ id, after }) => after.map((from): [string, string] => [from, id])),
  }
}
