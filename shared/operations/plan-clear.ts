import { graphOf } from '../dag/graph.js'
import type { DagSpec, TaskSpec } from '../dag/model.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import type { TaskInstanceRow } from '../database/tables/task-instances.js'
import { LongshoreError } from '../errors.js'
import { isActive, isTerminal, TaskState, WantedState } from '../states/task-instance.js'
import { byTask, change, Effect, isHeld, wish, type Fenced, type RunChange, type Touch } from './run-change.js'

export interface ClearPlan {
  readonly run: RunRow
  /** The version that the run works by, and the one by which it goes on. */
  readonly before: DagSpec
  readonly spec: DagSpec
  readonly moveTo: number | null
  readonly rows: readonly TaskInstanceRow[]
  readonly chosen: readonly TaskInstanceRow[]
  readonly fenced: Fenced
  readonly reason: string
}

/**
 * What clearing makes of the instances of a run. Pure. Fences stay, and with them earlier attempts and their logs.
 *
 * A mapped task goes back to one placeholder when its list is made anew, or when all of it is cleared: its first instance
 * becomes that. Of the others, those that never ran are deleted; those that did are set aside as removed, and come back when
 * the new list has an element for them. An instance that still runs keeps its place in the map and is run again there.
 */
export function planClear({ run, before, spec, moveTo, rows, chosen, fenced, reason }: ClearPlan): RunChange {
  const live = byTask(rows.filter(row => row.is_removed !== 1))
  const touches: Touch[] = []
  const unexpanded: string[] = []
  const picked = byTask(chosen)
  const isAgain = (id: string): boolean => picked.has(id)
  for (const [taskId, some] of picked) {
    const all = live.get(taskId) ?? []
    const task = graphOf(spec).tasks.get(taskId)
    const isExpanded = all.some(({ map_index }) => map_index >= 0)
    if (isExpanded && (some.length === all.length || task === undefined || hasNewList(task, graphOf(before).tasks.get(taskId), isAgain))) {
      unexpanded.push(taskId)
      touches.push(...foldMap(all, fenced, reason))
    } else {
      touches.push(...some.map(row => clear(row, fenced, reason)))
    }
  }
  return { run, spec, moveTo, rows, touches: [...touches, ...endGone(run, spec, live, picked, reason)], added: newTasks(run, spec, moveTo, live), unexpanded, revives: true }
}

function clear(row: TaskInstanceRow, fenced: Fenced, reason: string, more: Partial<TaskInstanceRow> = {}): Touch {
  if (isHeld(row, fenced)) {
    const asked = wish(row, Effect.cleared, WantedState.cleared, reason)
    return { ...asked, to: { ...asked.to, ...more } }
  }
  return change(row, Effect.cleared, TaskState.none, reason, { try_number: 1, infra_losses: 0, ...more })
}

const hasNewList = ({ map }: TaskSpec, before: TaskSpec | undefined, isAgain: (id: string) => boolean): boolean =>
  JSON.stringify(map) !== JSON.stringify(before?.map) || (map?.axes.some(({ source }) => source.kind === 'task' && isAgain(source.task)) ?? false)

function foldMap(all: readonly TaskInstanceRow[], fenced: Fenced, reason: string): Touch[] {
  return all.map(row => {
    if (row.map_index <= 0) return clear(row, fenced, reason, { map_index: -1 })
    if (isHeld(row, fenced)) return clear(row, fenced, reason)
    if (row.fence === 0) return change(row, Effect.deleted, TaskState.none, reason)
    return change(row, Effect.removed, TaskState.skipped, `${reason}; comes back when the list has an element ${row.map_index}`.slice(0, 500), { try_number: 1, infra_losses: 0, is_removed: 1 })
  })
}

/** Of tasks that the newer version does not have, what is open can never end. */
function endGone(run: RunRow, spec: DagSpec, live: ReadonlyMap<string, readonly TaskInstanceRow[]>, picked: ReadonlyMap<string, unknown>, reason: string): Touch[] {
  return [...live].filter(([id]) => !graphOf(spec).tasks.has(id) && !picked.has(id)).flatMap(([, rows]) => rows).filter(({ state }) => !isTerminal(state)).map(row => {
    if (isActive(row.state)) throw new LongshoreError('LS_STILL_RUNNING', `'${row.task_id}' of run '${run.run_id}' is ${row.state}, and the newest version of the DAG does not have it`, { hint: 'Cancel it first, or wait until it has ended.' })
    return change(row, Effect.cancelled, TaskState.cancelled, `${reason}; not in the newest version of the DAG`.slice(0, 500))
  })
}

/** A run that has not started has no instances; it gets all of them when it does. */
function newTasks({ started_at }: RunRow, spec: DagSpec, moveTo: number | null, live: ReadonlyMap<string, unknown>): string[] {
  return moveTo === null || started_at === null ? [] : spec.tasks.map(({ id }) => id).filter(id => !live.has(id))
}
