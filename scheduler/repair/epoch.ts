import type { Redis } from 'ioredis'
import type { QueueRow } from '../../shared/database/tables/queues.js'
import { queueKeys } from '../../shared/protocol/keys.js'

/**
 * Whether Redis still holds the epoch that the database knows, at this moment. What was read from Redis before this was
 * asked, and the answer is yes, was not missing because Redis forgot it.
 */
export async function isInForce(redis: Redis, prefix: string, queue: QueueRow): Promise<boolean> {
  const [id, counter] = await redis.hmget(queueKeys(prefix, queue.name).epoch, 'id', 'counter')
  return id !== null && id === queue.epoch_id && Number(counter) >= queue.epoch_counter
}
