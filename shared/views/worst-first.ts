import { TaskState } from '../states/task-instance.js'

/** The state that a person should see of many: what several instances share has the first of these that one of them is in. */
export const WORST_FIRST: readonly TaskState[] = [
  TaskState.failed, TaskState.upstreamFailed, TaskState.cancelled, TaskState.upForRetry, TaskState.running, TaskState.starting, TaskState.queued, TaskState.scheduled,
  TaskState.upForReschedule, TaskState.none, TaskState.skipped, TaskState.success,
]
