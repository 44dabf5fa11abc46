import type { Transition } from '../../shared/database/tables/task-instances.js'
import { isActive, TaskState, WantedState } from '../../shared/states/task-instance.js'

/** How an attempt's end is settled when a person wanted something of its task instance meanwhile. Pure. */
export function settleWanted(wanted: WantedState | null, transition: Transition): Transition {
  if (wanted === null || isActive(transition.state)) return transition
  const end = { ...transition, due_at: null, wait_key: null }
  switch (wanted) {
    // The task was faster than the word of its cancellation: the first commit wins.
    case WantedState.cancelled: return transition.state === TaskState.success ? transition : { ...end, state: TaskState.cancelled, reason: 'cancelled' }
    case WantedState.cleared: return { ...end, state: TaskState.none, reason: 'cleared while it ran', try_number: 1, infra_losses: 0 }
    case WantedState.success: return { ...end, state: TaskState.success, reason: 'marked success while it ran' }
    case WantedState.failed: return { ...end, state: TaskState.failed, reason: 'marked failed while it ran' }
  }
}
