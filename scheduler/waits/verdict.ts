import type { TaskSpec } from '../../shared/dag/model.js'
import type { TaskInstanceRow, Transition } from '../../shared/database/tables/task-instances.js'
import { unchanged } from '../../shared/database/tables/task-instances.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { formatDuration } from '../../shared/time/duration.js'
import { retryDelay } from '../plan/backoff.js'

/** What one look at what an instance waits for came to. */
export type Verdict =
  | { readonly kind: 'done'; readonly because: string; /** JSON text. */ readonly result?: string }
  /** `at`: the instant at which it will hold; null when only looking again can tell. */
  | { readonly kind: 'not-yet'; readonly because: string; readonly at: number | null; readonly waitKey: string | null }
  /** It can never hold. */
  | { readonly kind: 'failed'; readonly because: string }
  /** The try has failed; there may be others. */
  | { readonly kind: 'failed-try'; readonly because: string }

export const notYet = (because: string, waitKey: string | null, at: number | null = null): Verdict => ({ kind: 'not-yet', because, at, waitKey })

/**
 * Time until the second look, milliseconds. Until the first one has been committed nobody knows what the instance waits
 * for, and other schedulers learn it within a second: what ends in between tells nobody, and must not wait for a whole
 * poke interval.
 */
export const SECOND_LOOK_MS = 2_500

const REASON_LENGTH = 500

/** When the current try began to wait. What waits for an event began when it was let in: one that is posted before its first look counts. */
export function waitingSince(row: TaskInstanceRow, task: TaskSpec, isFirst: boolean, now: number): number {
  if (!isFirst) return row.started_at ?? now
  return task.wait?.kind === 'event' ? row.due_at ?? now : now
}

/** What a look makes of an instance. Pure. `isFirst`: the first look of its current try. */
export function settle(verdict: Verdict, row: TaskInstanceRow, task: TaskSpec, isFirst: boolean, now: number): Transition {
  const since = waitingSince(row, task, isFirst, now)
  const end = (state: TaskState, because: string): Transition =>
    ({ ...unchanged(row), state, reason: because.slice(0, REASON_LENGTH), due_at: null, wait_key: null, started_at: isFirst ? since : null })
  switch (verdict.kind) {
    case 'done': return end(TaskState.success, verdict.because)
    case 'failed': return end(TaskState.failed, verdict.because)
    case 'failed-try': return failedTry(end, verdict.because, row, task, now)
    case 'not-yet': {
      const until = task.timeout === null ? Infinity : since + task.timeout
      if (now >= until) {
        const because = `waited longer than its timeout of ${formatDuration(task.timeout ?? 0)}: ${verdict.because}`
        if (task.kind === 'trigger') return failedTry(end, because, row, task, now)
        return end(task.wait?.onTimeout === 'skip' ? TaskState.skipped : TaskState.failed, because)
      }
      const isNews = verdict.waitKey !== null && verdict.waitKey !== row.wait_key
      const next = verdict.at ?? now + (isNews ? Math.min(task.pokeInterval, SECOND_LOOK_MS) : task.pokeInterval)
      return { ...end(TaskState.upForReschedule, verdict.because), due_at: Math.min(next, until), wait_key: verdict.waitKey }
    }
  }
}

function failedTry(end: (state: TaskState, because: string) => Transition, because: string, row: TaskInstanceRow, task: TaskSpec, now: number): Transition {
  if (row.try_number > task.retries) return end(TaskState.failed, because)
  return { ...end(TaskState.upForRetry, because), try_number: row.try_number + 1, due_at: now + retryDelay(task, row.try_number, row.ti_id) }
}
