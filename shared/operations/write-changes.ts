import { graphOf } from '../dag/graph.js'
import { effectiveWeights } from '../dag/weights.js'
import type { Session } from '../database/database.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import { deleteMapItems } from '../database/tables/map-items.js'
import { deleteResults, deleteTaskInstances, loseQueuedAttempts, moveRuns, reopenRuns, rewriteTaskInstances, type Rewrite } from '../database/tables/reruns.js'
import { insertTaskInstances, type Tallies, type TaskInstanceRow } from '../database/tables/task-instances.js'
import { instancesOf, withLanes } from '../planning/instances.js'
import { laneOf, type Lanes } from '../planning/lanes.js'
import { brokerPriority } from '../planning/priority.js'
import { recount, sameTallies } from '../planning/recount.js'
import type { Named } from '../planning/rows.js'
import type { Specs } from '../planning/specs.js'
import { waitKey } from '../planning/wait-key.js'
import { RunState } from '../states/run.js'
import { isTerminal, TaskState } from '../states/task-instance.js'
import { Effect, isFenced, isHeld, type Fenced, type RunChange } from './run-change.js'
import { settleChange } from './settle-change.js'

/**
 * Writes what was planned for runs whose locks the caller holds, and everything that follows, in the caller's transaction.
 * Tallies are counted anew, since what had ended may be open again.
 *
 * A run that had ended goes back to the queue when something in it is open, so that it starts again within
 * `max_active_runs`; otherwise it ends at once as its instances now say.
 */
export async function writeChanges(tx: Session, specs: Specs, lanes: Lanes, changes: readonly RunChange[], fenced: Fenced, reason: string): Promise<void> {
  const touched: Named[] = []
  const running = new Map<number, RunRow>()
  const rewrites: Rewrite[] = []
  const reopened: Record<'queued' | 'running', number[]> = { queued: [], running: [] }
  const ended = new Set<string>()
  for (const change of changes) {
    const { run, moveTo } = change
    if (moveTo !== null) await moveRuns(tx, [run.run_key], moveTo)
    const after = await write(tx, lanes, change, fenced)
    rewrites.push(...after.rewrites)
    if (after.rewrites.some(({ from, state }) => state !== from && isTerminal(state))) ended.add(waitKey.tasks(run.dag_key))
    const state = nextState(change, after.isOpen)
    if (state !== run.state || (change.revives && run.wanted !== null)) reopened[state].push(run.run_key)
    if (state !== RunState.running) continue
    running.set(run.run_key, { ...run, version_key: moveTo ?? run.version_key, wanted: change.revives || state !== run.state ? null : run.wanted })
    touched.push(...concerned(change))
  }
  await deleteResults(tx, changes.flatMap(({ touches }) => touches.filter(({ effect }) => effect === Effect.cleared || effect === Effect.removed).map(({ row }) => row.ti_id)))
  await loseQueuedAttempts(tx, changes.flatMap(({ touches }) => touches.map(({ row }) => row).filter(row => isFenced(row, fenced))), reason)
  await rewriteTaskInstances(tx, rewrites)
  for (const state of [RunState.queued, RunState.running] as const) await reopenRuns(tx, reopened[state], state, reason)
  await settleChange(tx, specs, { transitions: [], runs: running, touched, ended })
}

function nextState({ run, rows }: RunChange, isOpen: boolean): 'queued' | 'running' {
  if (run.state === RunState.running) return RunState.running
  // One that was cancelled before it began has no instances.
  return isOpen || rows.length === 0 ? RunState.queued : RunState.running
}

interface After {
  readonly rewrites: readonly Rewrite[]
  readonly isOpen: boolean
}

async function write(tx: Session, lanes: Lanes, change: RunChange, fenced: Fenced): Promise<After> {
  const { run, spec, rows, touches, unexpanded } = change
  const dropped = new Set(touches.filter(({ effect }) => effect === Effect.deleted).map(({ row }) => row.ti_id))
  await deleteTaskInstances(tx, [...dropped])
  await deleteMapItems(tx, run.run_key, unexpanded)
  const inserts = await withLanes(tx, lanes, instancesOf(spec, run).filter(({ task_id }) => change.added.includes(task_id)))
  const moved = await columnsOfVersion(tx, lanes, change, fenced)
  const changes = new Map<number, Partial<TaskInstanceRow>>(moved)
  for (const { row, to } of touches) changes.set(row.ti_id, { ...moved.get(row.ti_id), ...to })
  const after = rows.filter(({ ti_id }) => !dropped.has(ti_id)).map(row => ({ row, now: { ...row, ...changes.get(row.ti_id) } }))
  const added = inserts.map(instance => ({ ...instance, state: TaskState.none }))
  const tallies = recount(spec, [...after.map(({ now }) => now), ...added])
  await insertTaskInstances(tx, added.map(instance => ({ ...instance, ...tallies.get(instance.task_id) })))
  return {
    rewrites: after.filter(({ row }) => changes.has(row.ti_id) || !sameTallies(row, tallies.get(row.task_id) ?? row)).map(({ row, now }) => rewrite(row, now, tallies.get(row.task_id) ?? row)),
    isOpen: added.length > 0 || after.some(({ now }) => !isTerminal(now.state)),
  }
}

function rewrite(row: TaskInstanceRow, now: TaskInstanceRow, { up_total, up_success, up_failed, up_upstream_failed, up_skipped }: Tallies): Rewrite {
  const { ti_id, fence, state, reason, try_number, infra_losses, map_index, queue, broker_priority, lane_key, wanted } = now
  return {
    ti_id, fence, from: row.state, state, reason, try_number, infra_losses, map_index, queue, broker_priority, lane_key, wanted, removed: now.is_removed === 1,
    up_total, up_success, up_failed, up_upstream_failed, up_skipped,
  }
}

/**
 * Queue, priority and lane of what may be dispatched again are those of the version by which the run goes on: what is cleared
 * may have ended before its run moved to that version, or before there were lanes; what waits moves with its run. What is
 * active keeps the queue on which its attempt is.
 */
async function columnsOfVersion(tx: Session, lanes: Lanes, { run, spec, rows, moveTo, touches }: RunChange, fenced: Fenced): Promise<Map<number, Pick<TaskInstanceRow, 'queue' | 'broker_priority' | 'lane_key'>>> {
  const cleared = new Set(touches.filter(({ effect }) => effect === Effect.cleared).map(({ row }) => row.ti_id))
  const weights = effectiveWeights(spec)
  const found = rows.filter(row => !isHeld(row, fenced) && (cleared.has(row.ti_id) || (moveTo !== null && !isTerminal(row.state)))).flatMap(row => {
    const task = graphOf(spec).tasks.get(row.task_id)
    return task === undefined ? [] : [{ row, task }]
  })
  const keys = await lanes.ensure(tx, found.map(({ task }) => laneOf(task, run.dag_key, run.run_key)))
  return new Map(found.map(({ row, task }, index) => [row.ti_id, {
    queue: task.queue, broker_priority: brokerPriority(weights.get(task.id)?.weight ?? task.priorityWeight), lane_key: keys[index] as number,
  }]))
}

/** What must be decided again: what was touched, and what is directly downstream of it. */
function concerned({ run, spec, moveTo, touches, added }: RunChange): Named[] {
  const { tasks, downstream } = graphOf(spec)
  // Another version may have other edges anywhere.
  if (moveTo !== null) return [...tasks.keys()].map(taskId => ({ runKey: run.run_key, taskId }))
  const changed = new Set([...touches.map(({ row }) => row.task_id), ...added])
  const names = new Set([...changed].flatMap(id => [id, ...downstream.get(id) ?? []]))
  return [...names].filter(id => tasks.has(id)).map(taskId => ({ runKey: run.run_key, taskId }))
}
