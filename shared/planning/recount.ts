import { graphOf } from '../dag/graph.js'
import type { DagSpec } from '../dag/model.js'
import type { Tallies, TaskInstanceRow } from '../database/tables/task-instances.js'
import { isTerminal } from '../states/task-instance.js'
import { addTallies, NO_TALLIES, tallyOf } from './tallies.js'

export type Counted = Pick<TaskInstanceRow, 'task_id' | 'state' | 'is_removed'>

/**
 * What the tallies of each task's instances are by the states of all instances of a run. Planning adds to them event by
 * event; who opens again what had ended counts anew. What was removed from a map counts for nothing.
 */
export function recount(spec: DagSpec, instances: Iterable<Counted>): ReadonlyMap<string, Tallies> {
  const own = new Map<string, Tallies>()
  for (const { task_id, state, is_removed } of instances) {
    if (is_removed === 1) continue
    const one = { ...(isTerminal(state) ? tallyOf(state) : NO_TALLIES), up_total: 1 }
    own.set(task_id, addTallies(own.get(task_id) ?? NO_TALLIES, one))
  }
  const { upstream } = graphOf(spec)
  return new Map(spec.tasks.map(({ id }) => [id, (upstream.get(id) ?? []).reduce((sum, up) => addTallies(sum, own.get(up) ?? NO_TALLIES), NO_TALLIES)]))
}

export const sameTallies = (a: Tallies, b: Tallies): boolean =>
  a.up_total === b.up_total && a.up_success === b.up_success && a.up_failed === b.up_failed && a.up_upstream_failed === b.up_upstream_failed && a.up_skipped === b.up_skipped
