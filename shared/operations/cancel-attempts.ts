import type { Redis } from 'ioredis'
import { Mark, MARK_TTL_MS } from '../broker/leases.js'
import { tryRedis } from '../broker/try-redis.js'
import type { Config } from '../config/schema.js'
import type { ActiveAttempt } from '../database/tables/reruns.js'
import { attemptId } from '../protocol/attempt-id.js'
import { queueKeys } from '../protocol/keys.js'

/** Where the workers are spoken to. */
export type Broker = Pick<Config, 'redisUrl' | 'redisPrefix'>

/**
 * Asks the workers to stop these attempts, now. When Redis is away a scheduler asks again later: what is wanted stands in the
 * database.
 */
export async function cancelAttempts({ redisUrl, redisPrefix }: Broker, attempts: readonly ActiveAttempt[]): Promise<void> {
  if (attempts.length > 0) await tryRedis(redisUrl, redis => markCancelled(redis, redisPrefix, attempts))
}

/** The mark is what counts; the word on the channel only has the workers read it at once. */
export async function markCancelled(redis: Redis, prefix: string, attempts: readonly ActiveAttempt[]): Promise<void> {
  for (const { ti_id, fence, queue } of attempts) {
    await redis.set(queueKeys(prefix, queue).mark(attemptId({ taskInstance: ti_id, fence })), Mark.cancel, 'PX', MARK_TTL_MS.cancel, 'NX')
  }
  await tellWorkers(redis, prefix, attempts.map(({ queue }) => queue))
}

/** Has the workers of these queues ask what was said about their attempts. */
export async function tellWorkers(redis: Redis, prefix: string, queues: readonly string[]): Promise<void> {
  for (const queue of new Set(queues)) await redis.publish(queueKeys(prefix, queue).told, '')
}
