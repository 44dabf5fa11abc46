import { EventEmitter } from 'node:events'
import type { WorkerEventType } from '../shared/protocol/events.js'
import type { RunState } from '../shared/states/run.js'
import type { TaskState } from '../shared/states/task-instance.js'

/** One event of a worker about an attempt. Times are milliseconds since the epoch; those of the worker's clock are only compared with each other. */
export interface AttemptTold {
  readonly type: WorkerEventType
  readonly dag: string
  readonly task: string
  readonly queue: string
  readonly worker: string
  readonly workerName: string
  /** How it ended, `released` for what was given back; null while it goes on. */
  readonly reason: string | null
  /** Whether it ended otherwise than by an exit with 0. */
  readonly isFailure: boolean
  /** What its task instance became. */
  readonly state: TaskState | null
  /** From claim to start, and from start to end, by the worker's clock, as far as they are known. */
  readonly prepareMs: number | null
  readonly runtimeMs: number | null
  /** From the moment the task could run to the start of its try, by the database's clock. */
  readonly waitedMs: number | null
}

/** What the scheduler's loops tell. One subscriber logs, another feeds the metrics; loops know neither. */
export interface SchedulerEvents {
  'events-applied': { readonly count: number; readonly stale: number; readonly seconds: number; /** Since the oldest of them was written. */ readonly ageSeconds: number }
  'dead-letters': { readonly queue: string; readonly count: number; readonly reason: string }
  'attempt-ended': { readonly dag: string; readonly task: string; readonly attempt: string; readonly state: TaskState; readonly reason: string | null }
  /** A pass of a loop. */
  'loop-passed': { readonly loop: string; readonly seconds: number }
  /** A run that was made this long after it was due. */
  'run-created': { readonly lateMs: number }
  /** What a worker said of an attempt, applied. */
  'attempt-told': AttemptTold
  'dispatched': { readonly count: number }
  'enqueue-failed': { readonly queue: string; readonly count: number; readonly error: unknown }
  'runs-started': { readonly count: number }
  'run-ended': { readonly runKey: number; readonly dag: string; readonly state: RunState }
  'run-timed-out': { readonly dag: string; readonly run: string }
  'deadline-missed': { readonly dag: string; readonly run: string }
  'attempt-lost': { readonly attempt: string; readonly queue: string; readonly why: string }
  'epoch-broken': { readonly queue: string; readonly why: string; readonly graceMs: number }
  /** DAG files come from here now: a bundle, or the DAG folder (null). */
  'dag-source': { readonly bundle: string | null; readonly directory: string }
  'dag-synced': { readonly dag: string; readonly file: string; readonly version: number; readonly changed: boolean }
  'dag-problem': { readonly file: string; readonly line: number | null; readonly task: string | null; readonly message: string }
  /** A DAG that gets no run although one is due; it is tried again in a minute. */
  'run-held': { readonly dag: string; readonly file: string; readonly message: string }
  'look-failed': { readonly taskInstance: number; readonly task: string; readonly error: unknown }
  /** A node could not be updated, and no other one will be. */
  'rollout-halted': { readonly version: string; readonly node: string; readonly why: string }
  'jobs-repaired': { readonly queue: string; readonly enqueued: number; readonly removed: number }
}

export class SchedulerBus {
  readonly #emitter = new EventEmitter()

  emit<Name extends keyof SchedulerEvents>(name: Name, event: SchedulerEvents[Name]): void {
    this.#emitter.emit(name, event)
  }

  on<Name extends keyof SchedulerEvents>(name: Name, listener: (event: SchedulerEvents[Name]) => void): void {
    this.#emitter.on(name, listener)
  }
}
