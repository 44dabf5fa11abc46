import type { Redis } from 'ioredis'
import { now, type Database } from '../../shared/database/database.js'
import { activeAttempts, attemptsPastDeadline, type AttemptRow } from '../../shared/database/tables/attempts.js'
import { listQueues, type QueueRow } from '../../shared/database/tables/queues.js'
import { attemptId, type AttemptId } from '../../shared/protocol/attempt-id.js'
import { queueKeys } from '../../shared/protocol/keys.js'
import { AttemptState } from '../../shared/states/attempt.js'
import { isInForce } from './epoch.js'
import { compareStreamIds } from './stream-id.js'
import type { GiveUp } from './give-up.js'
import { Loss } from './lose-attempts.js'

/** Attempts given up in one transaction. */
const BATCH = 500

export interface LossOptions {
  readonly prefix: string
  readonly every: number
  readonly leaseTtl: number
}

/**
 * Declares attempts lost whose lease has expired. A lease says nothing when Redis forgot it, so the queue's epoch must have
 * been unbroken for at least as long as a lease lives; and every event that was written before the lease was found missing
 * must have been applied, because one of them may be the attempt's result.
 */
export class LossDetector {
  /** Attempts without a lease, with the newest stream entry at the time that was first seen. */
  readonly #suspects = new Map<AttemptId, string>()

  constructor(
    private readonly database: Database,
    private readonly redis: Redis,
    private readonly giveUp: GiveUp,
    private readonly options: LossOptions,
  ) {}

  async runOnce(): Promise<number> {
    const time = await now(this.database)
    const suspects = new Set<AttemptId>()
    for (const queue of await listQueues(this.database)) {
      if (!isTrustworthy(queue, time, this.options.leaseTtl)) continue
      for (const suspect of await this.#check(queue)) suspects.add(suspect)
    }
    for (const known of this.#suspects.keys()) if (!suspects.has(known)) this.#suspects.delete(known)
    await this.giveUp.lose(await attemptsPastDeadline(this.database, BATCH), Loss.startTimeout)
    return this.options.every
  }

  async #check(queue: QueueRow): Promise<AttemptId[]> {
    const keys = queueKeys(this.options.prefix, queue.name)
    const claimed = (await activeAttempts(this.database, queue.name)).filter(({ state }) => state !== AttemptState.queued)
    if (claimed.length === 0) return []
    const leases = await this.redis.mget(claimed.map(attempt => keys.lease(idOf(attempt))))
    const without = claimed.filter((_, index) => leases[index] === null)
    // After the leases: if Redis forgot them, it has forgotten its epoch as well.
    if (without.length === 0 || !(await isInForce(this.redis, this.options.prefix, queue))) return []

    const [oldest] = await this.redis.xrange(keys.events, '-', '+', 'COUNT', 1)
    const [newest] = await this.redis.xrevrange(keys.events, '+', '-', 'COUNT', 1)
    const confirmed: AttemptRow[] = []
    for (const attempt of without) {
      const seenAt = this.#suspects.get(idOf(attempt))
      if (seenAt === undefined) this.#suspects.set(idOf(attempt), newest?.[0] ?? '0-0')
      // Entries are deleted when they are applied, so the oldest one left tells how far everyone has come.
      else if (oldest === undefined || compareStreamIds(oldest[0], seenAt) > 0) confirmed.push(attempt)
    }
    await this.giveUp.lose(confirmed.slice(0, BATCH), Loss.leaseExpired)
    return without.map(idOf)
  }
}

const idOf = ({ ti_id, fence }: AttemptRow): AttemptId => attemptId({ taskInstance: ti_id, fence })

function isTrustworthy(queue: QueueRow, time: number, leaseTtl: number): boolean {
  return queue.epoch_since !== null && time - queue.epoch_since >= leaseTtl && time >= (queue.recovering_until ?? 0)
}
