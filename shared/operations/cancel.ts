import type { Session } from '../database/database.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import { endQueuedRuns, loseQueuedAttempts, taskInstancesOfRuns, wantRuns, wantTaskInstances, type ActiveAttempt } from '../database/tables/reruns.js'
import { unchanged, type TaskInstanceRow, type Transition } from '../database/tables/task-instances.js'
import type { Change } from '../planning/consequences.js'
import { attemptId, type AttemptId } from '../protocol/attempt-id.js'
import { RunState, type WantedRunState } from '../states/run.js'
import { isActive, isTerminal, TaskState, WantedState } from '../states/task-instance.js'

export interface CancelOpen {
  /** Says who or what, and why: `cancelled by ann`. */
  readonly reason: string
  /** What the runs end as. */
  readonly wantedRun: WantedRunState
  /** Queued attempts that no worker can claim any more. */
  readonly fenced?: ReadonlySet<AttemptId>
}

export interface Cancelled {
  /** For `applyChange`, or a scheduler's `Advance`: from it the runs end in which nothing is active. */
  readonly change: Change
  /** Attempts whose workers must be told after the commit. A scheduler repeats it if that fails. */
  readonly tell: readonly ActiveAttempt[]
}

/**
 * Ends unfinished runs early: what is not active is cancelled, what is active is wanted cancelled, and the run ends as
 * `wantedRun` when the last attempt has. The caller holds the locks of the runs.
 */
export async function cancelOpen(tx: Session, runs: readonly RunRow[], { reason, wantedRun, fenced }: CancelOpen): Promise<Cancelled> {
  const queued = runs.filter(({ state }) => state === RunState.queued)
  const running = runs.filter(({ state }) => state === RunState.running)
  await endQueuedRuns(tx, queued.map(({ run_key }) => run_key), wantedRun, reason)
  await wantRuns(tx, running.map(({ run_key }) => run_key), wantedRun, reason)
  const unfinished = [...queued, ...running]
  const instances = [...(await taskInstancesOfRuns(tx, unfinished.map(({ run_key }) => run_key))).values()].flat()
  const { transitions, tell } = await cancelInstances(tx, instances, reason, fenced)
  return { change: { transitions, runs: new Map(unfinished.map(run => [run.run_key, { ...run, wanted: wantedRun }])) }, tell }
}

/** Cancels those of these instances that are open, as {@link cancelOpen} does. */
export async function cancelInstances(tx: Session, instances: readonly TaskInstanceRow[], reason: string, fenced: ReadonlySet<AttemptId> = new Set()): Promise<{ readonly transitions: readonly Transition[]; readonly tell: readonly ActiveAttempt[] }> {
  const open = instances.filter(({ state }) => !isTerminal(state))
  const isFenced = ({ ti_id, fence, state }: TaskInstanceRow): boolean => state === TaskState.queued && fenced.has(attemptId({ taskInstance: ti_id, fence }))
  const active = open.filter(row => isActive(row.state) && !isFenced(row))
  const isLeft = new Set(active)
  await wantTaskInstances(tx, active.map(({ ti_id, fence, state }) => ({ ti_id, fence, state, wanted: WantedState.cancelled, reason })))
  await loseQueuedAttempts(tx, open.filter(isFenced), reason)
  return {
    transitions: open.filter(row => !isLeft.has(row)).map(row => ({ ...unchanged(row), state: TaskState.cancelled, reason, due_at: null, wait_key: null })),
    tell: active,
  }
}
