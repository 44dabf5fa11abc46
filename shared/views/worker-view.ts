import type { Wanted, WorkerState } from '../operations/workers.js'

const iso = (time: number): string => new Date(time).toISOString()

/** A worker as `--json` and the API show it. What a worker of an earlier version does not say is null. */
export const workerView = (worker: WorkerState) => {
  const { id, name, status, facts, firstSeen, lastSeen, wishes, processed, failed } = worker
  return {
    id, name, status, doing: doing(worker), host: facts.host, version: facts.version, pid: facts.pid,
    queues: facts.queues, paused: facts.paused ?? [], slots: facts.slots, active: facts.active, draining: facts.draining ?? false, refusing: facts.refusing ?? [], health: facts.health ?? null, capacity: facts.capacity ?? null,
    kept: facts.kept ?? null, processed: facts.processed ?? null, failed: facts.failed ?? null, everProcessed: processed, everFailed: failed, load: facts.load ?? null,
    startedAt: iso(facts.startedAt), firstSeen: iso(firstSeen), lastSeen: iso(lastSeen),
    wanted: wishes === null ? null : { concurrency: wishes.concurrency, queues: wishes.queues, paused: wishes.paused, pausedBy: wishes.pausedBy === undefined ? null : { user: wishes.pausedBy.user, at: iso(wishes.pausedBy.at) }, end: wishes.end?.boot === facts.boot ? wishes.end : null },
  }
}

export const wantedView = ({ worker, wishes, isTold }: Wanted) => ({ ...workerView({ ...worker, wishes }), told: isTold })

export type WorkerView = ReturnType<typeof workerView>
export type WantedWorkerView = ReturnType<typeof wantedView>

/** What it is doing, in one word or two. */
export function doing({ status, facts }: Pick<WorkerState, 'status' | 'facts'>): string {
  if (status !== 'online') return status
  if (facts.draining === true) return 'draining'
  if (facts.health !== undefined && facts.health !== 'healthy') return facts.health === 'probing' ? 'quarantined' : facts.health
  if ((facts.refusing ?? []).length > 0) return 'takes nothing'
  const paused = facts.paused ?? []
  return paused.length === 0 ? 'online' : paused.length === facts.queues.length ? 'paused' : 'partly paused'
}
