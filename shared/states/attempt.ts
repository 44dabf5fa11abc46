import type { TaskState } from './task-instance.js'

/** The states of an attempt, one dispatch of a task instance. They follow the worker's events. */
export const AttemptState = {
  /** The row is committed; no worker has claimed it. */
  queued: 'queued',
  /** A worker has claimed it and holds its lease. */
  starting: 'starting',
  /** Its container or process has started. */
  running: 'running',
  /** Its result was accepted. Terminal. */
  finished: 'finished',
  /** The worker gave it back untouched; the task instance was scheduled again. Terminal. */
  released: 'released',
  /** Its lease expired, or Redis forgot its job; the fence moved on and later messages are stale. Terminal. */
  lost: 'lost',
} as const
export type AttemptState = (typeof AttemptState)[keyof typeof AttemptState]

export const ACTIVE_ATTEMPT_STATES = [AttemptState.queued, AttemptState.starting, AttemptState.running] as const

/** Why an attempt ended, as its worker saw it. Which of these may be retried is the scheduler's affair. */
export const FinishReason = {
  /** It ran and exited; `exitCode` says how. */
  exited: 'exited',
  /** The kernel killed it for memory. */
  oom: 'oom',
  /** It ran longer than its `timeout` and was stopped. */
  timeout: 'timeout',
  /** It was stopped because a person cancelled it. */
  cancelled: 'cancelled',
  /** It was killed by a signal that Longshore did not send; `detail` names it. */
  killed: 'killed',
  /** The payload was not ours, not valid, or not allowed on this worker. */
  rejected: 'rejected',
  /** The registry does not have the image, or pulling was forbidden and it was not there. */
  imageMissing: 'image_missing',
  /** The registry refused the credentials. */
  pullDenied: 'pull_denied',
  /** The registry could not be reached or the pull made no progress. */
  pullFailed: 'pull_failed',
  /** The container was created but would not start (bad entrypoint, missing mount source, no such user…). */
  startFailed: 'start_failed',
  /** The container or process vanished, or Docker was not there. */
  infrastructure: 'infrastructure',
} as const
export type FinishReason = (typeof FinishReason)[keyof typeof FinishReason]

/** Losses that say nothing about the task: they use the infrastructure budget, not the user's tries. */
export const INFRASTRUCTURE_REASONS: readonly FinishReason[] = [
  FinishReason.pullFailed, FinishReason.startFailed, FinishReason.infrastructure,
]

/** Failures that the same attempt would meet again: they are not retried. */
export const PERMANENT_REASONS: readonly FinishReason[] = [
  FinishReason.rejected, FinishReason.imageMissing, FinishReason.pullDenied,
]

/** How many infrastructure losses a task instance survives before it fails. */
export const INFRASTRUCTURE_BUDGET = 3

/** The task state that goes with an attempt that is still on its way. */
export type AttemptTaskState = Extract<TaskState, 'queued' | 'starting' | 'running'>
