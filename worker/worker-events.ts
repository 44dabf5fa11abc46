import { EventEmitter } from 'node:events'
import type { AttemptId } from '../shared/protocol/attempt-id.js'
import type { FinishReason } from '../shared/states/attempt.js'
import type { HealthState } from './health/health.js'

export interface AttemptFacts {
  readonly attempt: AttemptId
  readonly queue: string
}

/** What happens in a worker. One subscriber logs it, another counts it. */
export interface WorkerEventMap {
  claimed: [AttemptFacts & { readonly dag: string; readonly task: string }]
  /** The claim was refused, or the attempt was taken from us: nothing is reported. */
  dropped: [AttemptFacts & { readonly why: string }]
  started: [AttemptFacts & { readonly container: string; readonly secondsSinceClaim: number }]
  /** A predecessor's attempt goes on here. */
  adopted: [AttemptFacts & { readonly state: string }]
  stopping: [AttemptFacts & { readonly cause: string; readonly detail: string }]
  finished: [AttemptFacts & { readonly reason: FinishReason; readonly exitCode: number | null; readonly detail: string | null }]
  released: [AttemptFacts & { readonly detail: string }]
  /** The finish is durable and nothing of the attempt is left here. */
  settled: [AttemptFacts]
  /** A job that is not Longshore's, so that nobody can be told. */
  alien: [{ readonly queue: string; readonly job: string; readonly detail: string }]
  dockerAway: []
  /** It is fit for work, or is not any more. */
  health: [{ readonly state: HealthState; readonly before: HealthState; readonly reason: string | null }]
  /** A pull is under way; told every few seconds. The total grows until all layers have begun. */
  pulling: [{ readonly image: string; readonly bytes: number; readonly totalBytes: number; readonly seconds: number; readonly waiting: number }]
  /** `fresh`: it was not here before. */
  pulled: [{ readonly image: string; readonly digest: string | null; readonly fresh: boolean; readonly bytes: number; readonly seconds: number }]
  pullFailed: [{ readonly image: string; readonly reason: FinishReason; readonly detail: string; readonly seconds: number }]
  /** What no attempt needs any more was removed. */
  reaped: [{ readonly what: string; readonly name: string; readonly attempt: string | null; readonly why: string }]
  /** Nothing needed it for long, or it had to make room. */
  imageRemoved: [{ readonly image: string; readonly why: string }]
}

export class WorkerEvents extends EventEmitter<WorkerEventMap> {}
