import type { Amount } from './capacity/amount.js'
import type { HealthState } from './health/health.js'

/** What /readyz and /metrics need to know. */
export interface WorkerStatus {
  /** UUID of the state directory; empty before the start. */
  readonly worker: string
  readonly name: string
  /** Those that it serves now. */
  readonly queues: readonly string[]
  /** Those of them from which it takes nothing, because somebody wants it so. */
  readonly paused: readonly string[]
  readonly slots: { readonly total: number; readonly used: number }
  /** Attempts whose task is starting or running here. */
  readonly active: number
  /** Finishes that the scheduler has not confirmed. */
  readonly unsettled: number
  readonly lastRenewalAgeSeconds: number
  /** `unused`: this worker was started to run without it. */
  readonly docker: 'up' | 'down' | 'unused'
  /** Whether the connection to Redis stands. */
  readonly connected: boolean
  /** Why no new work is taken, for people; empty while it is. */
  readonly refusing: readonly string[]
  readonly health: HealthState
  /** CPUs and memory of which tasks may reserve, and what they have; infinite where nothing is counted. */
  readonly capacity: { readonly total: Amount; readonly used: Amount }
  /** It takes nothing new and ends when its tasks have ended. */
  readonly draining: boolean
  /** Started, connected, and taking work. */
  readonly ready: boolean
}
