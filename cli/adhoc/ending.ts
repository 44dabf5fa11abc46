import type { AttemptView } from '../../shared/views/run-view.js'
import { FinishReason } from '../../shared/states/attempt.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { EXIT } from '../exit.js'

/** How an ad-hoc task ended. */
export interface Ending {
  readonly state: string
  /** What `longshore run` exits with. */
  readonly exitCode: number
  /** Beside the exit code of the task itself: what happened to it. */
  readonly message: string | null
}

/** As a shell reports a command that was interrupted. */
const INTERRUPTED = 130
/** As a shell reports a command that was killed. */
const KILLED = 137

const RAN: readonly string[] = [FinishReason.exited, FinishReason.oom, FinishReason.timeout, FinishReason.killed]

/** The task's own exit code where it has one. Pure. */
export function endingOf(state: string, reason: string | null, attempt: Pick<AttemptView, 'reason' | 'exitCode' | 'detail'> | undefined): Ending {
  if (state === TaskState.success) return { state, exitCode: EXIT.ok, message: null }
  const why = [reason, attempt?.detail].filter((text, index, all) => text != null && text !== '' && all.indexOf(text) === index).join(': ')
  if (state === TaskState.cancelled) return { state, exitCode: INTERRUPTED, message: reason ?? 'it was cancelled' }
  if (attempt === undefined || !RAN.includes(attempt.reason ?? '')) return { state, exitCode: EXIT.failed, message: `it did not run: ${why === '' ? state : why}` }
  if (attempt.reason === FinishReason.exited) return { state, exitCode: attempt.exitCode ?? EXIT.failed, message: null }
  return { state, exitCode: attempt.exitCode ?? KILLED, message: reason ?? attempt.reason }
}
