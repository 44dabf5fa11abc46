import type { LogFrame } from '../../shared/broker/live-log.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import type { Pull } from '../../shared/protocol/events.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import type { FinishReason } from '../../shared/states/attempt.js'
import type { Usage } from '../resources/usage.js'

/** Enough to find what an executor made for an attempt. */
export interface TaskRef {
  readonly attempt: AttemptId
  /** Directory that belongs to this attempt alone and survives the worker's process. */
  readonly directory: string
}

/** Values by environment variable. */
export type SecretValues = Readonly<Record<string, string>>

export interface Task extends TaskRef {
  readonly payload: JobPayload
  /** The secrets that the payload names, once this worker has looked them up. */
  readonly secrets?: SecretValues
}

export interface Run {
  /** Container id, or `process:<pid>`. */
  readonly handle: string
  readonly imageDigest: string | null
  /** Milliseconds since the epoch, with fractions. */
  readonly startedAt: number
}

export interface Exit {
  readonly finishedAt: number
  /** Null when nobody can tell. */
  readonly exitCode: number | null
  readonly oom: boolean
  /** Why this end says nothing about the task: its host or its container runtime went away under it. */
  readonly lost: string | null
}

/** What there is of an attempt, as the executor's own records say. */
export type Observation =
  | { readonly state: 'absent' }
  /** Made, and never started. */
  | { readonly state: 'created' }
  | { readonly state: 'running'; readonly run: Run }
  | { readonly state: 'exited'; readonly run: Run; readonly exit: Exit }

export type Ended = Extract<Observation, { state: 'exited' | 'absent' }>

/** Where reading a log goes on; its meaning belongs to the executor, and it is kept as JSON. */
export type LogPosition = Readonly<Record<string, string | number>>

export interface LogBatch {
  readonly frames: readonly LogFrame[]
  /** After these frames. */
  readonly position: LogPosition
}

/**
 * Runs tasks in one way. An executor keeps no state that a restart would lose: every method works by the attempt alone, so
 * that another process can go on where this one died.
 */
export interface Executor {
  readonly kind: 'docker' | 'process' | 'noop'
  /** Whether something outlives the worker's process, so that intents and spool are needed. */
  readonly durable: boolean
  /** Whether the log can be read again from its beginning once the task has ended. */
  readonly keepsLog: boolean
  /** Does what may take long, and tells the pull of an image, if there was one. Rejects with the signal's reason when aborted. */
  prepare(task: Task, signal: AbortSignal): Promise<Pull | null>
  /** Makes what `start` starts. Making it again finds the first. */
  create(task: Task): Promise<void>
  /**
   * Starts what was created, unless it has been started before: then it tells what became of it. Rejects with
   * {@link UncertainStart} when it may have started and nobody can tell now.
   */
  start(task: Task): Promise<Run>
  inspect(task: TaskRef): Promise<Observation>
  /** The environment that it was started with, as far as the executor's own records say; empty when they do not. */
  environment(task: TaskRef): Promise<Readonly<Record<string, string>>>
  /** Resolves when the task has ended or is gone; rejects only when `signal` is aborted. */
  ended(task: TaskRef, signal: AbortSignal): Promise<Ended>
  /** `ask` lets the task end itself, `kill` does not. Nothing to stop is no error. */
  stop(task: TaskRef, how: 'ask' | 'kill'): Promise<void>
  /** What the task has used so far, as far as can be told. Cheap: it is asked again and again while the task runs, and once after its end. */
  usage(task: TaskRef): Usage | null
  /** Reads the log from a position on. With `follow` it ends when the task has ended or the connection is lost. */
  readLog(task: TaskRef, from: LogPosition | null, follow: boolean, signal: AbortSignal): AsyncIterable<LogBatch>
  /** Leaves what has ended to people until a time, after which the reaper takes it; false when there is nothing to leave. */
  keep(task: TaskRef, until: number): Promise<boolean>
  /** Removes every trace outside the attempt's directory. What runs is killed, or with `unlessRunning` left alone, which is no error. */
  remove(task: TaskRef, options?: { readonly unlessRunning?: boolean }): Promise<void>
}

/** An attempt that ended before or without running, with the reason to report. */
export class ExecutionFailure extends Error {
  override readonly name = 'ExecutionFailure'

  constructor(readonly reason: FinishReason, message: string, options?: ErrorOptions) {
    super(message, options)
  }
}

/** Its start was asked for and not answered: it runs, or will, or will not. Nothing may be reported before that is known. */
export class UncertainStart extends Error {
  override readonly name = 'UncertainStart'
}
