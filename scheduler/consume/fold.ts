import type { TaskSpec } from '../../shared/dag/model.js'
import type { AttemptRow, AttemptUpdate } from '../../shared/database/tables/attempts.js'
import type { TaskInstanceRow, Transition } from '../../shared/database/tables/task-instances.js'
import { Mark } from '../../shared/broker/leases.js'
import type { FinishedEvent, WorkerEvent } from '../../shared/protocol/events.js'
import { ACTIVE_ATTEMPT_STATES, AttemptState } from '../../shared/states/attempt.js'
import { isActive, TaskState } from '../../shared/states/task-instance.js'
import { decideOutcome, type Outcome } from '../plan/outcome.js'
import { settleWanted } from '../plan/wanted.js'

/** What a batch's events about one attempt come to. */
export interface Folded {
  readonly update: AttemptUpdate | null
  readonly transition: Transition | null
  readonly result: string | null
  /** What the worker must be told after the commit. */
  readonly mark: Mark | null
  /** Events that changed nothing because they were repeats or came from a fenced attempt. */
  readonly stale: number
}

export interface FoldedTask {
  readonly task: TaskSpec
  /** What is directly downstream of it. */
  readonly downstream: readonly string[]
}

const isOpen = (state: AttemptState): boolean => (ACTIVE_ATTEMPT_STATES as readonly AttemptState[]).includes(state)

/**
 * Applies the events about one attempt in the order of their sequence numbers. Pure. Events may come twice, late or out of
 * order: one that is not newer than what was applied changes nothing, and `finished` is sufficient by itself.
 */
export function fold(attempt: AttemptRow, instance: TaskInstanceRow, { task, downstream }: FoldedTask, events: readonly WorkerEvent[], now: number): Folded {
  if (!isOpen(attempt.state)) return settled(attempt, events.length)

  const fresh = events.filter(event => event.seq > attempt.last_seq).sort((a, b) => a.seq - b.seq).filter((event, index, all) => event.seq !== all[index - 1]?.seq)
  const newest = fresh.at(-1)
  if (newest === undefined) return { ...settled(attempt, events.length), mark: null }

  const finished = fresh.find(event => event.type === 'finished')
  const released = finished === undefined && fresh.some(event => event.type === 'released')
  const outcome = finished === undefined ? null : decideOutcome(task, downstream, triesOf(instance), finished)
  const next = released ? TaskState.scheduled : outcome?.state ?? (fresh.some(event => event.type === 'started') || instance.state === TaskState.running ? TaskState.running : TaskState.starting)
  const concerns = instance.fence === attempt.fence && isActive(instance.state)
  const transition = concerns && (next !== instance.state || outcome !== null) ? settleWanted(instance, transitionOf(instance, next, outcome, fresh, now)) : null

  return {
    update: updateOf(attempt, fresh, newest, finished, released),
    transition,
    result: transition?.state === TaskState.success ? finished?.result ?? null : null,
    mark: finished !== undefined ? Mark.durable : released || !concerns ? Mark.fenced : null,
    stale: events.length - fresh.length,
  }
}

const triesOf = ({ ti_id, try_number, infra_losses }: TaskInstanceRow) => ({ tryNumber: try_number, infraLosses: infra_losses, seed: ti_id })

/** The attempt is over; its worker has not heard of it, or has lost it to another one. */
function settled(attempt: AttemptRow, stale: number): Folded {
  return { update: null, transition: null, result: null, mark: attempt.state === AttemptState.finished ? Mark.durable : Mark.fenced, stale }
}

function transitionOf(instance: TaskInstanceRow, state: TaskState, outcome: Outcome | null, fresh: readonly WorkerEvent[], now: number): Transition {
  return {
    ti_id: instance.ti_id, run_key: instance.run_key, task_id: instance.task_id, map_index: instance.map_index, wait_key: null, fence: instance.fence, from: instance.state, state,
    reason: outcome?.reason ?? (state === TaskState.scheduled ? `given back: ${detailOf(fresh)}` : null),
    try_number: outcome?.tryNumber ?? instance.try_number, infra_losses: outcome?.infraLosses ?? instance.infra_losses,
    due_at: outcome === null || outcome.delay === null ? null : now + outcome.delay,
    started_at: instance.started_at === null ? startOf(fresh, now) : null,
  }
}

const detailOf = (events: readonly WorkerEvent[]): string => events.find(event => event.type === 'released')?.detail ?? 'its worker stopped'

/** The start by the database's clock: the worker's clock is only trusted for how long ago it was. */
function startOf(events: readonly WorkerEvent[], now: number): number | null {
  const finished = events.find(event => event.type === 'finished')
  if (finished !== undefined) return finished.startedAt === null ? null : Math.round(now - Math.max(0, finished.finishedAt - finished.startedAt))
  const started = events.find(event => event.type === 'started')
  return started === undefined ? null : Math.round(now - Math.max(0, started.ts - started.startedAt))
}

function updateOf(attempt: AttemptRow, fresh: readonly WorkerEvent[], newest: WorkerEvent, finished: FinishedEvent | undefined, released: boolean): AttemptUpdate {
  const started = fresh.find(event => event.type === 'started')
  const state = finished !== undefined ? AttemptState.finished : released ? AttemptState.released : started !== undefined ? AttemptState.running : AttemptState.starting
  return {
    ti_id: attempt.ti_id, fence: attempt.fence, fromSeq: attempt.last_seq, state, lastSeq: newest.seq, claimed: true, ended: finished !== undefined || released,
    workerId: newest.worker, workerName: newest.workerName,
    container: finished?.container ?? started?.container ?? null, imageDigest: finished?.imageDigest ?? started?.imageDigest ?? null,
    startedAt: finished?.startedAt ?? started?.startedAt ?? null, finishedAt: finished?.finishedAt ?? null,
    exitCode: finished?.exitCode ?? null, reason: finished?.reason ?? null, detail: finished?.detail ?? (released ? detailOf(fresh) : null),
    logBytes: finished?.log.bytes ?? null, logLines: finished?.log.lines ?? null, logTruncated: finished?.log.truncated ?? null,
    resources: finished?.resources ?? null, pull: started?.pull ?? null,
  }
}
