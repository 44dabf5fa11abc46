import type { TaskInstanceRow, Transition } from '../../shared/database/tables/task-instances.js'
import { isActive, TaskState, WantedState } from '../../shared/states/task-instance.js'

/**
 * How an attempt's end is settled when a person wanted something of its task instance meanwhile. Pure. The instance's reason
 * says who wanted it; it stays until then.
 */
export function settleWanted({ wanted, reason }: Pick<TaskInstanceRow, 'wanted' | 'reason'>, transition: Transition): Transition {
  if (wanted === null) return transition
  if (isActive(transition.state)) return { ...transition, reason }
  const end = { ...transition, due_at: null, wait_key: null, reason }
  switch (wanted) {
    // The task was faster than the word of its cancellation: the first commit wins.
    case WantedState.cancelled: return transition.state === TaskState.success ? transition : { ...end, state: TaskState.cancelled }
    case WantedState.cleared: return { ...end, state: TaskState.none, try_number: 1, infra_losses: 0 }
    case WantedState.success: return { ...end, state: TaskState.success, byHand: transition.state !== TaskState.success }
    case WantedState.failed: return { ...end, state: TaskState.failed }
  }
}
