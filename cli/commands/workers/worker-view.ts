import type { Wanted, WorkerState } from '../../../shared/operations/workers.js'
import { note } from '../../output/print.js'

const iso = (time: number): string => new Date(time).toISOString()

/** A worker as `--json` shows it. What a worker of an earlier version does not say is null. */
export const workerView = ({ id, name, status, facts, firstSeen, lastSeen, wishes }: WorkerState) => ({
  id, name, status, host: facts.host, version: facts.version, pid: facts.pid,
  queues: facts.queues, paused: facts.paused ?? [], slots: facts.slots, active: facts.active, draining: facts.draining ?? false, refusing: facts.refusing ?? [], health: facts.health ?? null, capacity: facts.capacity ?? null,
  kept: facts.kept ?? null, processed: facts.processed ?? null, failed: facts.failed ?? null, load: facts.load ?? null,
  startedAt: iso(facts.startedAt), firstSeen: iso(firstSeen), lastSeen: iso(lastSeen),
  wanted: wishes === null ? null : { concurrency: wishes.concurrency, queues: wishes.queues, paused: wishes.paused, pausedBy: wishes.pausedBy === undefined ? null : { user: wishes.pausedBy.user, at: iso(wishes.pausedBy.at) }, end: wishes.end?.boot === facts.boot ? wishes.end : null },
})

/** Said when a wish could not be passed on at once. */
export function noteWhenUntold(isTold: boolean): void {
  if (!isTold) note('Redis does not answer: schedulers tell the worker as soon as it is back.')
}

export const wantedView = ({ worker, wishes, isTold }: Wanted) => ({ ...workerView({ ...worker, wishes }), told: isTold })
