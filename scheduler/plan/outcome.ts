import type { TaskSpec } from '../../shared/dag/model.js'
import type { FinishedEvent } from '../../shared/protocol/events.js'
import { FinishReason, INFRASTRUCTURE_BUDGET, INFRASTRUCTURE_REASONS, PERMANENT_REASONS } from '../../shared/states/attempt.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { branchChoice } from '../../shared/planning/branch.js'
import { infrastructureDelay, retryDelay } from './backoff.js'

/** What the end of an attempt makes of its task instance. */
export interface Outcome {
  readonly state: TaskState
  readonly reason: string
  /** The try that counts from here on. */
  readonly tryNumber: number
  readonly infraLosses: number
  /** Milliseconds until it may be scheduled again; null when it is not waiting. */
  readonly delay: number | null
}

export interface Tries {
  readonly tryNumber: number
  readonly infraLosses: number
  /** Makes the jitter of backoff differ between task instances, and equal under replay. */
  readonly seed: number
}

type Finish = Pick<FinishedEvent, 'reason' | 'exitCode' | 'detail' | 'result'>

/** The task's own doing: its lists of exit codes say what follows, also of 137 and 139. */
const OF_THE_TASK: ReadonlySet<FinishReason> = new Set([FinishReason.exited, FinishReason.killed, FinishReason.oom])

/** The retry policy. Pure, so that a replayed event always gives the same answer. `downstream` is what a branch may follow. */
export function decideOutcome(task: TaskSpec, downstream: readonly string[], tries: Tries, finish: Finish): Outcome {
  let reason = describe(finish)
  const end = (state: TaskState): Outcome => ({ state, reason, tryNumber: tries.tryNumber, infraLosses: tries.infraLosses, delay: null })

  if (finish.reason === FinishReason.cancelled) return end(TaskState.cancelled)
  if (PERMANENT_REASONS.includes(finish.reason)) return end(TaskState.failed)
  if (INFRASTRUCTURE_REASONS.includes(finish.reason)) return afterInfrastructureLoss(tries, reason)
  if (OF_THE_TASK.has(finish.reason) && finish.exitCode !== null) {
    // A task that promised a result and gave none has failed: what reads it downstream would only fail later.
    const kept = !task.result || finish.result !== null
    const lost = finish.exitCode === 0 && kept && task.branch ? wrongTurn(downstream, finish.result) : null
    if (finish.exitCode === 0 && kept && lost === null) return end(TaskState.success)
    if (lost !== null) reason = lost.slice(0, 500)
    if (finish.exitCode === task.notYetExitCode) {
      return { ...end(TaskState.upForReschedule), reason: 'answered "not yet"', delay: task.pokeInterval }
    }
    if (task.skipExitCodes.includes(finish.exitCode)) return end(TaskState.skipped)
    if (task.failExitCodes.includes(finish.exitCode)) return end(TaskState.failed)
  }
  if (tries.tryNumber > task.retries) return end(TaskState.failed)
  return { state: TaskState.upForRetry, reason, tryNumber: tries.tryNumber + 1, infraLosses: tries.infraLosses, delay: retryDelay(task, tries.tryNumber, tries.seed) }
}

function wrongTurn(downstream: readonly string[], result: string | null): string | null {
  const choice = branchChoice(downstream, JSON.parse(result ?? 'null') as unknown)
  return choice.ok ? null : choice.problem
}

/** A loss says nothing about the task: it has a budget of its own and uses no try. */
export function afterInfrastructureLoss(tries: Tries, reason: string): Outcome {
  const infraLosses = tries.infraLosses + 1
  if (infraLosses > INFRASTRUCTURE_BUDGET) {
    return { state: TaskState.failed, reason: `${reason}; ${infraLosses} infrastructure losses, the limit is ${INFRASTRUCTURE_BUDGET}`, tryNumber: tries.tryNumber, infraLosses, delay: null }
  }
  return { state: TaskState.upForRetry, reason, tryNumber: tries.tryNumber, infraLosses, delay: infrastructureDelay(infraLosses) }
}

const SENTENCES: Readonly<Record<FinishReason, string>> = {
  exited: 'exited',
  oom: 'out of memory',
  timeout: 'ran longer than its timeout',
  cancelled: 'cancelled',
  killed: 'killed by a signal',
  rejected: 'rejected by the worker',
  image_missing: 'the image does not exist',
  pull_denied: 'the registry denied the image',
  pull_failed: 'the image could not be pulled',
  start_failed: 'it did not start',
  infrastructure: 'lost by its worker',
}

const SAID_IN_DETAIL: ReadonlySet<FinishReason> = new Set([FinishReason.timeout, FinishReason.killed, FinishReason.oom])

function describe({ reason, exitCode, detail }: Finish): string {
  const what = reason === FinishReason.exited ? `exit code ${exitCode ?? 'unknown'}` : SENTENCES[reason]
  if (detail === null) return what
  return (exitCode === 0 || SAID_IN_DETAIL.has(reason) ? detail : `${what}: ${detail}`).slice(0, 500)
}
