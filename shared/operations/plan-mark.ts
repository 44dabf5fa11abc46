import { graphOf, reachable } from '../dag/graph.js'
import type { DagSpec } from '../dag/model.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import type { TaskInstanceRow } from '../database/tables/task-instances.js'
import { isTerminal, TaskState, WantedState } from '../states/task-instance.js'
import { change, Effect, isHeld, wish, type Fenced, type RunChange, type Touch } from './run-change.js'

export const MARKS = [TaskState.success, TaskState.failed] as const
export type MarkState = (typeof MARKS)[number]

export interface PersonsPlan {
  readonly run: RunRow
  readonly spec: DagSpec
  readonly rows: readonly TaskInstanceRow[]
  readonly chosen: readonly TaskInstanceRow[]
  readonly fenced: Fenced
  readonly reason: string
}

/**
 * What marking makes of the instances of a run. Pure. What became upstream_failed downstream of a success, because of what
 * it was before, is decided again, as in Airflow.
 */
export function planMark({ run, spec, rows, chosen, fenced, reason }: PersonsPlan, state: MarkState): RunChange {
  const effect = state === TaskState.success ? Effect.markedSuccess : Effect.markedFailed
  const marked = chosen.filter(row => row.state !== state)
  const touches: Touch[] = marked.map(row => (isHeld(row, fenced) ? wish(row, effect, WantedState[state], reason) : change(row, effect, state, reason)))
  const isMarked = new Set(marked)
  const open = state === TaskState.success ? reachable(graphOf(spec).downstream, marked.map(({ task_id }) => task_id)) : new Set<string>()
  for (const row of rows) {
    if (row.state === TaskState.upstreamFailed && open.has(row.task_id) && !isMarked.has(row)) touches.push(change(row, Effect.cleared, TaskState.none, reason))
  }
  return { run, spec, moveTo: null, rows, touches, added: [], unexpanded: [], revives: false }
}

/** What cancelling makes of the instances of a run: what has ended stays as it is. Pure. */
export function planCancel({ run, spec, rows, chosen, fenced, reason }: PersonsPlan): RunChange {
  return { run, spec, moveTo: null, rows, touches: cancelTouches(chosen, fenced, reason), added: [], unexpanded: [], revives: false }
}

export const cancelTouches = (rows: readonly TaskInstanceRow[], fenced: Fenced, reason: string): Touch[] =>
  rows.filter(({ state }) => !isTerminal(state)).map(row => (isHeld(row, fenced)
    ? wish(row, Effect.cancelled, WantedState.cancelled, reason) : change(row, Effect.cancelled, TaskState.cancelled, reason)))
