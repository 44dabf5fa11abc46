import type { Schema } from '../../api/schema.js'

type Whole = Schema<'Graph'>
export type Task = Whole['nodes'][number]
type Counts = NonNullable<Task['counts']>
type State = NonNullable<Task['state']>

/** In the order in which the server folds states (shared/views/worst-first.ts): what a person has to look at first. */
export const WORST_FIRST: readonly State[] = ['failed', 'upstream_failed', 'cancelled', 'up_for_retry', 'running', 'starting', 'queued', 'scheduled', 'up_for_reschedule', 'none', 'skipped', 'success']

/** A folded group, which stands for its tasks. */
export interface Folded {
  readonly id: string
  readonly label: string
  readonly group: string | null
  /** How many tasks it stands for. */
  readonly tasks: number
  readonly state: State | null
  readonly counts: Counts | null
}

/** What is drawn when some groups are folded. */
export interface Graph {
  readonly tasks: readonly Task[]
  readonly folded: readonly Folded[]
  readonly groups: Whole['groups']
  readonly edges: readonly (readonly [from: string, to: string])[]
}

/** The node that stands for a folded group: a task may be called like its group. */
export const nodeOf = (group: string): string => `folded:${group}`

/** Puts one node in the place of each folded group; edges that lead in or out lead to it, once. Pure. */
export function foldGraph({ nodes, groups, edges }: Pick<Whole, 'nodes' | 'groups' | 'edges'>, folded: ReadonlySet<string>): Graph {
  const parents = new Map(groups.map(({ id, parent }) => [id, parent]))
  /** The outermost folded group around a group, itself included. */
  const within = (group: string | null): string | null => {
    let found: string | null = null
    for (let at = group; at !== null; at = parents.get(at) ?? null) if (folded.has(at)) found = at
    return found
  }
  const standsIn = new Map(nodes.map(({ id, group }) => [id, within(group)]))
  const place = (id: string): string => {
    const group = standsIn.get(id) ?? null
    return group === null ? id : nodeOf(group)
  }
  const seen = new Set<string>()
  return {
    tasks: nodes.filter(({ id }) => standsIn.get(id) === null),
    folded: groups.filter(({ id }) => within(id) === id).map(({ id, label, parent }) => ({ id: nodeOf(id), label, group: parent, ...sumOf(nodes.filter(task => standsIn.get(task.id) === id)) })),
    groups: groups.filter(({ id }) => within(id) === null),
    edges: edges.flatMap(([from, to]) => {
      const edge = [place(from), place(to)] as const
      const key = JSON.stringify(edge)
      if (edge[0] === edge[1] || seen.has(key)) return []
      seen.add(key)
      return [edge]
    }),
  }
}

function sumOf(tasks: readonly Task[]): Pick<Folded, 'tasks' | 'state' | 'counts'> {
  const counts: Counts = {}
  for (const { state, counts: several } of tasks) {
    for (const [one, count] of Object.entries(several ?? (state === null ? {} : { [state]: 1 })) as [State, number][]) counts[one] = (counts[one] ?? 0) + count
  }
  const state = WORST_FIRST.find(one => counts[one] !== undefined) ?? null
  return { tasks: tasks.length, state, counts: state === null ? null : counts }
}
