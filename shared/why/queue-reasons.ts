import type { AttemptRow } from '../database/tables/attempts.js'
import type { WorkerPresence } from '../broker/presence.js'
import type { BrokerFacts, JobPlace } from './broker-facts.js'
import { holdOffOf, NO_HOLDS, pauseText, type QueueHolds } from './queue-holds.js'
import { reason, type Reason } from './reason.js'
import { count, iso, listed, moment, span, until } from './words.js'

const NO_REDIS = reason('redis_away', 'Redis does not answer, so its place in the queue and the workers of the queue cannot be seen')

/** Why a queued attempt has not been claimed. `now` is the database's time. */
export function queuedReasons(attempt: AttemptRow, broker: BrokerFacts | null, now: number, holds: QueueHolds = NO_HOLDS): Reason[] {
  const since = span(now - attempt.queued_at)
  const deadline = startTimeout(attempt, now)
  const paused = pausedReasons(attempt.queue, holds)
  if (broker === null) return [...paused, NO_REDIS, ...deadline]
  const workers = workersReasons(attempt.queue, broker, now, holds)
  const place = placeReason(attempt.queue, broker.job, since, attempt.queued_at)
  const isHeld = [...paused, ...workers].some(({ blocks }) => blocks)
  return [...paused, ...workers, { ...place, blocks: !isHeld || place.blocks }, ...deadline]
}

const pausedReasons = (queue: string, { paused }: QueueHolds): Reason[] => (paused === null ? [] : [
  reason('queue_paused', `queue '${queue}' is paused${pauseText(paused)}: no worker takes anything from it; \`longshore queues resume ${queue}\` lets them`, {
    blocks: true, numbers: { queue, pausedBy: paused.user, pausedAt: iso(paused.at) },
  }),
])

function placeReason(queue: string, job: JobPlace, since: string, queuedAt: number): Reason {
  const numbers = { queue, queuedAt: iso(queuedAt) }
  switch (job.kind) {
    case 'waiting':
      return reason('queue_position', `it has been on queue '${queue}' for ${since}; ${job.before === 0 ? 'nothing' : `${job.before} of the ${job.waiting} jobs there`} comes before it`, { numbers: { ...numbers, before: job.before, waiting: job.waiting } })
    case 'taken': return reason('job_taken', `a worker has taken it from queue '${queue}' and has not yet said that it starts`, { blocks: true, numbers })
    case 'missing': return reason('job_missing', `Redis has no job of it on queue '${queue}', for ${since} now; the scheduler notices and makes it again`, { blocks: true, numbers })
  }
}

/** Who serves the queue, with free slots or without. */
function workersReasons(queue: string, broker: BrokerFacts, now: number, holds: QueueHolds): Reason[] {
  const { workers, lastSeen } = broker.presence
  if (workers.length === 0) {
    const before = lastSeen === null ? 'nobody has for a day' : `the last to do so was ${lastSeen.name}, ${span(now - lastSeen.at)} ago (${moment(lastSeen.at)})`
    return [reason('no_worker', `no worker serves queue '${queue}': ${before}; start one with \`longshore worker --queues ${queue}\``, {
      blocks: true, numbers: { queue, workers: 0, lastWorker: lastSeen?.name ?? null, lastSeenAt: iso(lastSeen?.at ?? null) },
    })]
  }
  const held = workers.flatMap(worker => {
    const why = holdOffOf(worker, queue, holds)
    return why === null ? [] : [`${worker.name} ${why}`]
  })
  const taking = workers.filter(worker => holdOffOf(worker, queue, holds) === null)
  const numbers = { queue, workers: workers.length, holding: held.length }
  if (taking.length === 0) {
    return [reason('workers_hold_off', `queue '${queue}' is served by ${count(workers.length, 'worker')}, and nothing is taken from it: ${listed(held)}`, { blocks: true, numbers })]
  }
  return [takingReason(queue, taking), ...(held.length === 0 ? [] : [reason('workers_hold_off', `${count(held.length, 'other worker')} ${held.length === 1 ? 'takes' : 'take'} nothing from it: ${listed(held)}`, { numbers })])]
}

function takingReason(queue: string, workers: readonly WorkerPresence[]): Reason {
  const free = workers.reduce((sum, { slots, active }) => sum + Math.max(0, slots - active), 0)
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0)
  return reason('workers', `queue '${queue}' is served by ${count(workers.length, 'worker')} with ${free} of ${count(slots, 'slot')} free`, {
    blocks: free === 0, numbers: { queue, workers: workers.length, slots, freeSlots: free },
  })
}

/** What is left of the time in which it must start. */
export function startTimeout({ deadline_at: deadline }: AttemptRow, now: number): Reason[] {
  if (deadline === null) return []
  return [reason('start_timeout', `it must start before ${moment(deadline)}, ${until(deadline, now)}, or is given up`, { numbers: { deadlineAt: iso(deadline), leftMs: Math.max(0, deadline - now) } })]
}
