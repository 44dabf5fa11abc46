import type { TaskSpec } from '../dag/model.js'
import type { AttemptRow } from '../database/tables/attempts.js'
import type { TaskInstanceRow } from '../database/tables/task-instances.js'
import type { BrokerFacts } from './broker-facts.js'
import { startTimeout } from './queue-reasons.js'
import { reason, type Reason } from './reason.js'
import { iso, moment, pullText, span, until } from './words.js'

/** What a worker is doing to make it run. */
export function startingReasons(attempt: AttemptRow, task: TaskSpec | null, broker: BrokerFacts | null, now: number): Reason[] {
  const since = span(now - (attempt.claimed_at ?? attempt.queued_at))
  const what = attempt.image === null ? 'prepares its process' : `prepares image ${attempt.image}${task?.pull === 'always' ? ', which it pulls' : ', which it pulls if it does not have it'}`
  return [
    reason('preparing', `worker ${attempt.worker_name ?? 'unknown'} has had it for ${since} and ${what}`, {
      blocks: true, numbers: { worker: attempt.worker_name, image: attempt.image, claimedAt: iso(attempt.claimed_at) },
    }),
    ...startTimeout(attempt, now), ...workerReasons(attempt, broker, now),
  ]
}

/** Where it runs, and how long it still may. */
export function runningReasons(instance: TaskInstanceRow, attempt: AttemptRow, task: TaskSpec | null, broker: BrokerFacts | null, now: number): Reason[] {
  const startedAt = instance.started_at ?? attempt.claimed_at ?? attempt.queued_at
  const where = attempt.container === null ? '' : ` in ${attempt.container.startsWith('process:') ? attempt.container.replace(':', ' ') : `container ${attempt.container.slice(0, 12)}`}`
  return [
    reason('running', `it has been running for ${span(now - startedAt)} on worker ${attempt.worker_name ?? 'unknown'}${where}${pullText(attempt)}`, {
      blocks: true, numbers: { worker: attempt.worker_name, container: attempt.container, startedAt: iso(startedAt), ranMs: Math.max(0, now - startedAt), pullMs: attempt.pull_ms ?? null, pullBytes: attempt.pull_bytes ?? null },
    }),
    ...timeoutReasons(task?.timeout ?? null, startedAt, now, 'is stopped'), ...workerReasons(attempt, broker, now),
  ]
}

/** What is left of a time limit that counts from `startedAt`. */
export function timeoutReasons(timeout: number | null, startedAt: number | null, now: number, otherwise: string): Reason[] {
  if (timeout === null || startedAt === null) return []
  const end = startedAt + timeout
  return [reason('timeout', `it has until ${moment(end)} (${until(end, now)}), then it ${otherwise}: its timeout is ${span(timeout)}`, { numbers: { timeoutMs: timeout, timeoutAt: iso(end), leftMs: Math.max(0, end - now) } })]
}

/** Whether its worker is there, and when it is declared lost if not. */
function workerReasons(attempt: AttemptRow, broker: BrokerFacts | null, now: number): Reason[] {
  if (broker === null) return [reason('redis_away', 'Redis does not answer, so its worker and its lease cannot be seen')]
  const { presence, leaseMs } = broker
  const reasons = [leaseMs === null
    ? reason('lease', 'nobody holds its lease: unless its worker comes back, it is declared lost and tried again')
    : reason('lease', `its worker holds a lease on it for ${span(leaseMs)} more`, { numbers: { leaseMs } })]
  if (presence.workers.some(({ id }) => id === attempt.worker_id)) return reasons
  const known = presence.lastSeen?.name === attempt.worker_name ? presence.lastSeen : null
  const since = known === null ? '' : ` for ${span(now - known.at)}`
  return [reason('worker_away', `worker ${attempt.worker_name ?? 'unknown'} has not been heard of${since}; what it runs goes on, and is declared lost when the lease runs out`, { numbers: { worker: attempt.worker_name, lastSeenAt: iso(known?.at ?? null) } }), ...reasons]
}
