import type { Redis } from 'ioredis'
import { Control } from '../broker/control.js'
import type { WorkerFacts } from '../broker/presence.js'
import type { Session } from '../database/database.js'
import { listQueues } from '../database/tables/queues.js'
import { listWorkers, type WorkerRow } from '../database/tables/workers.js'
import { WorkerWishes } from '../protocol/wishes.js'

export const factsOf = ({ facts }: Pick<WorkerRow, 'facts'>): WorkerFacts => JSON.parse(facts) as WorkerFacts

/** Null: nobody has ever wanted anything of it. */
export const wishesOf = ({ wanted }: Pick<WorkerRow, 'wanted'>): WorkerWishes | null => (wanted === null ? null : WorkerWishes.parse(JSON.parse(wanted)))

/**
 * Tells Redis everything that people want of queues and workers and that it does not have, and has the workers look. Called by
 * whoever has just wanted something, and by schedulers again and again: Redis forgets.
 */
export async function tellWishes(session: Session, redis: Redis, prefix: string): Promise<void> {
  const control = new Control(redis, prefix)
  const changed = new Set<string>()
  for (const { name, is_paused, paused_at } of await listQueues(session)) {
    if (paused_at !== null && await control.wantOfQueue(name, { v: 1, revision: paused_at, paused: is_paused !== 0 })) changed.add(name)
  }
  for (const row of await listWorkers(session)) {
    const wishes = wishesOf(row)
    if (wishes === null) continue
    const { queues, home } = factsOf(row)
    // Also where it will listen after a restart, and where it shall go.
    for (const queue of new Set([...queues, ...home ?? [], ...wishes.queues ?? []])) {
      if (await control.wantOfWorker(queue, row.worker_id, wishes)) changed.add(queue)
    }
  }
  for (const queue of changed) await control.tell(queue)
}
