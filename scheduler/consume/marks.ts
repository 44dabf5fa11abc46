import type { Redis } from 'ioredis'
import { MARK_TTL_MS, Mark } from '../../shared/broker/leases.js'
import { queueKeys } from '../../shared/protocol/keys.js'
import type { AttemptMark } from './apply-events.js'

/** Tells workers what became of their attempts. The lease of a settled attempt goes with it, so nothing is left to expire. */
export async function writeMarks(redis: Redis, prefix: string, marks: readonly AttemptMark[]): Promise<void> {
  if (marks.length === 0) return
  const pipeline = redis.pipeline()
  for (const { queue, attempt, mark } of marks) {
    const keys = queueKeys(prefix, queue)
    pipeline.set(keys.mark(attempt), mark, 'PX', MARK_TTL_MS[mark])
    if (mark !== Mark.cancel) pipeline.del(keys.lease(attempt))
  }
  for (const [error] of await pipeline.exec() ?? []) if (error !== null) throw error
}
