import { reachable, type DagGraph } from '../dag/graph.js'

export type BranchChoice =
  | { readonly ok: true; readonly follow: ReadonlySet<string> }
  | { readonly ok: false; readonly problem: string }

/** Reads the result of a branch: the id of a task, or of a group, directly downstream, a list of them, or null for none. */
export function branchChoice(downstream: readonly string[], result: unknown): BranchChoice {
  const named = result === null ? [] : [result].flat()
  const follow = new Set<string>()
  for (const name of named) {
    const matches = downstream.filter(id => id === name || (typeof name === 'string' && id.startsWith(`${name}.`)))
    if (matches.length === 0) {
      return { ok: false, problem: `LS_BRANCH: its result names ${JSON.stringify(name)?.slice(0, 100) ?? 'nothing'}, which is not directly downstream of it; it can follow ${downstream.map(id => `'${id}'`).join(', ')}` }
    }
    for (const id of matches) follow.add(id)
  }
  return { ok: true, follow }
}

/** What a branch skips: what is directly downstream and neither followed nor, as a place where branches meet again, reached from what is. */
export function skippedByBranch(graph: DagGraph, taskId: string, follow: ReadonlySet<string>): string[] {
  const reached = reachable(graph.downstream, follow)
  return (graph.downstream.get(taskId) ?? []).filter(id => !follow.has(id) && !reached.has(id))
}
