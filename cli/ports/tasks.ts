import type { LogFrame } from '../../shared/broker/live-log.js'
import type { AttemptView } from '../../shared/views/run-view.js'
import type { TaskState } from '../../shared/states/task-instance.js'
import type { Why } from '../../shared/why/why.js'

/** A task instance with its attempts, oldest first. */
export interface TaskStatus {
  readonly task: string
  readonly state: TaskState
  readonly reason: string | null
  readonly attempts: readonly AttemptView[]
}

/** What one attempt prints. */
export interface AttemptLog {
  /** What there is now. */
  soFar(): AsyncIterable<readonly LogFrame[]>
  /** What comes after that, until the attempt has ended. */
  further(): AsyncIterable<readonly LogFrame[]>
  /** Whether the log store has shown anything of it. */
  readonly isThere: boolean
  /** Where it would be, for people. */
  readonly place: string
}

/** TASK is `task`, or `task[3]` for an instance of a mapped one. */
export interface Tasks {
  why(dag: string, run: string, task: string): Promise<Why>
  /** @throws LongshoreError LS_TASK_NOT_FOUND */
  status(dag: string, run: string, task: string): Promise<TaskStatus>
  log(dag: string, run: string, task: string, fence: number): Promise<AttemptLog>
}
