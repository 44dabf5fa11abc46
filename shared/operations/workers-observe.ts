import type { Redis } from 'ioredis'
import { Presence, type WorkerPresence } from '../broker/presence.js'
import { now, type Database } from '../database/database.js'
import { listQueues } from '../database/tables/queues.js'
import { forgetWorkers, writeSeen, type SeenWorker } from '../database/tables/workers.js'

/** How long a worker that nobody has heard of is remembered. */
const REMEMBERED_MS = 30 * 24 * 3_600_000

/**
 * Writes down who serves the queues, so that it is known when Redis has forgotten: those that some DAG has named, and those that
 * workers have.
 */
export async function observeWorkers(database: Database, redis: Redis, prefix: string): Promise<void> {
  const presence = new Presence(redis, prefix)
  const time = await now(database)
  const seen = new Map<string, SeenWorker>()
  for (const name of new Set([...(await listQueues(database)).map(queue => queue.name), ...await presence.served()])) {
    const { now: redisTime, workers } = await presence.readAll(name)
    for (const worker of workers) {
      // By the database's clock.
      const one = seenAs(worker, Math.min(time, time - (redisTime - worker.at)))
      if ((seen.get(one.id)?.seenAt ?? -1) < one.seenAt) seen.set(one.id, one)
    }
  }
  await database.transact('observe-workers', async tx => {
    if (seen.size > 0) await writeSeen(tx, [...seen.values()])
    await forgetWorkers(tx, time - REMEMBERED_MS)
  })
}

function seenAs({ at: _, left, ...facts }: WorkerPresence, seenAt: number): SeenWorker {
  return { id: facts.id, name: facts.name.slice(0, 200), facts: JSON.stringify(facts), seenAt, leftAt: left === true ? seenAt : null }
}
