import type { DagSpec } from '../dag/model.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import type { TaskInstanceRow } from '../database/tables/task-instances.js'
import { attemptId, type AttemptId } from '../protocol/attempt-id.js'
import { isActive, TaskState, type WantedState } from '../states/task-instance.js'

/** What an operation is about in one run: planned from its rows, then shown, or written. */
export interface RunChange {
  readonly run: RunRow
  /** The version by which it goes on. */
  readonly spec: DagSpec
  /** Key of that version, when it is not the run's own. */
  readonly moveTo: number | null
  /** Every instance that the run had. */
  readonly rows: readonly TaskInstanceRow[]
  readonly touches: readonly Touch[]
  /** Tasks that the version has and the run had not. */
  readonly added: readonly string[]
  /** Mapped tasks that are to be expanded anew. */
  readonly unexpanded: readonly string[]
  /** Whether an end that was wanted of the run is wanted no more. */
  readonly revives: boolean
}

/** What becomes of one instance. */
export interface Touch {
  readonly row: TaskInstanceRow
  readonly effect: Effect
  /** Columns that change. */
  readonly to: Partial<TaskInstanceRow>
}

export const Effect = {
  cleared: 'cleared', markedSuccess: 'marked success', markedFailed: 'marked failed', cancelled: 'cancelled',
  /** Taken out of its map until that is expanded anew; the row stays for its attempts, or goes when it has none. */
  removed: 'removed',
  deleted: 'deleted',
} as const
export type Effect = (typeof Effect)[keyof typeof Effect]

/** Attempts that were taken back: no worker can claim them any more. */
export type Fenced = ReadonlySet<AttemptId>

export const isFenced = ({ ti_id, fence, state }: TaskInstanceRow, fenced: Fenced): boolean =>
  state === TaskState.queued && fenced.has(attemptId({ taskInstance: ti_id, fence }))

/** Whether an instance must be left to its attempt. */
export const isHeld = (row: TaskInstanceRow, fenced: Fenced): boolean => isActive(row.state) && !isFenced(row, fenced)

/** What is wanted of an instance that an attempt is at; it is settled when the attempt ends. */
export const wish = (row: TaskInstanceRow, effect: Effect, wanted: WantedState, reason: string): Touch => ({ row, effect, to: { wanted, reason } })

/** A change that takes place now. */
export const change = (row: TaskInstanceRow, effect: Effect, state: TaskState, reason: string, more: Partial<TaskInstanceRow> = {}): Touch =>
  ({ row, effect, to: { state, reason, wanted: null, ...more } })

/** Where an instance waits for its attempt to end before it becomes what is wanted. */
export const isWish = ({ to }: Touch): boolean => to.wanted !== undefined && to.wanted !== null

export const byTask = (rows: readonly TaskInstanceRow[]): Map<string, TaskInstanceRow[]> => {
  const groups = new Map<string, TaskInstanceRow[]>()
  for (const row of rows) {
    const group = groups.get(row.task_id)
    if (group === undefined) groups.set(row.task_id, [row])
    else group.push(row)
  }
  return groups
}
