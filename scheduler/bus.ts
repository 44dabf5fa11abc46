import { EventEmitter } from 'node:events'
import type { RunState } from '../shared/states/run.js'
import type { TaskState } from '../shared/states/task-instance.js'

/** What the scheduler's loops tell. One subscriber logs, another feeds the metrics; loops know neither. */
export interface SchedulerEvents {
  'events-applied': { readonly count: number; readonly stale: number; readonly seconds: number }
  'dead-letters': { readonly queue: string; readonly count: number; readonly reason: string }
  'attempt-ended': { readonly dag: string; readonly task: string; readonly attempt: string; readonly state: TaskState; readonly reason: string | null }
  'dispatched': { readonly count: number }
  'enqueue-failed': { readonly queue: string; readonly count: number; readonly error: unknown }
  'runs-started': { readonly count: number }
  'run-ended': { readonly runKey: number; readonly dag: string; readonly state: RunState }
  'run-timed-out': { readonly dag: string; readonly run: string }
  'deadline-missed': { readonly dag: string; readonly run: string }
  'attempt-lost': { readonly attempt: string; readonly queue: string; readonly why: string }
  'epoch-broken': { readonly queue: string; readonly why: string; readonly graceMs: number }
  'dag-synced': { readonly dag: string; readonly file: string; readonly version: number; readonly changed: boolean }
  'dag-problem': { readonly file: string; readonly line: number | null; readonly task: string | null; readonly message: string }
  'look-failed': { readonly taskInstance: number; readonly task: string; readonly error: unknown }
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
