import type { Session } from '../database/database.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import { endQueuedRuns, loseQueuedAttempts, openTaskInstances, wantRuns, wantTaskInstances, type ActiveAttempt } from '../database/tables/reruns.js'
import { unchanged } from '../database/tables/task-instances.js'
import type { Change } from '../planning/consequences.js'
import { waitKey } from '../planning/wait-key.js'
import { RunState, type WantedRunState } from '../states/run.js'
import { TaskState, WantedState } from '../states/task-instance.js'
import { cancelTouches } from './plan-mark.js'
import { isFenced, isWish, type Fenced, type Touch } from './run-change.js'

export interface CancelOpen {
  /** Says who or what, and why: `cancelled by ann`. */
  readonly reason: string
  /** What the runs end as. */
  readonly wantedRun: WantedRunState
  /** Queued attempts that no worker can claim any more. */
  readonly fenced?: Fenced
}

export interface Cancelled {
  /** For `applyChange`, or a scheduler's `Advance`: from it the runs end in which nothing is active. */
  readonly change: Change
  readonly touches: readonly Touch[]
  /** Attempts whose workers must be told after the commit. A scheduler repeats it if that fails. */
  readonly tell: readonly ActiveAttempt[]
}

/**
 * Ends unfinished runs early: what is not active is cancelled, what is active is wanted cancelled, and the run ends as
 * `wantedRun` when the last attempt has. The caller holds the locks of the runs.
 */
export async function cancelOpen(tx: Session, runs: readonly RunRow[], { reason, wantedRun, fenced = new Set() }: CancelOpen): Promise<Cancelled> {
  const queued = runs.filter(({ state }) => state === RunState.queued)
  const running = runs.filter(({ state }) => state === RunState.running)
  await endQueuedRuns(tx, queued.map(({ run_key }) => run_key), wantedRun, reason)
  await wantRuns(tx, running.map(({ run_key }) => run_key), wantedRun, reason)
  const unfinished = [...queued, ...running]
  const touches = await openTouches(tx, unfinished, reason, fenced)
  const held = touches.filter(isWish).map(({ row }) => row)
  await wantTaskInstances(tx, held.map(({ ti_id, fence, state }) => ({ ti_id, fence, state, wanted: WantedState.cancelled, reason })))
  await loseQueuedAttempts(tx, touches.map(({ row }) => row).filter(row => isFenced(row, fenced)), reason)
  const transitions = touches.filter(touch => !isWish(touch)).map(({ row }) => ({ ...unchanged(row), state: TaskState.cancelled, reason, due_at: null, wait_key: null }))
  return {
    change: { transitions, runs: new Map(unfinished.map(run => [run.run_key, { ...run, wanted: wantedRun }])), ended: queued.map(({ dag_key }) => waitKey.runs(dag_key)) },
    touches, tell: held,
  }
}

/** What {@link cancelOpen} does to the instances of unfinished runs. */
export async function openTouches(tx: Session, runs: readonly RunRow[], reason: string, fenced: Fenced): Promise<Touch[]> {
  return cancelTouches(await openTaskInstances(tx, runs.map(({ run_key }) => run_key)), fenced, reason)
}
