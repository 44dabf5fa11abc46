import { Mark, MARK_TTL_MS } from '../broker/leases.js'
import type { Config } from '../config/schema.js'
import { attemptId } from '../protocol/attempt-id.js'
import { queueKeys } from '../protocol/keys.js'
import { tryRedis } from '../broker/try-redis.js'

export interface ActiveAttempt {
  readonly ti_id: number
  readonly fence: number
  readonly queue: string
}

/** Asks the workers to stop these attempts; each hears it when it next renews its lease. */
export async function cancelAttempts({ redisUrl, redisPrefix }: Config, attempts: readonly ActiveAttempt[]): Promise<void> {
  await tryRedis(redisUrl, async redis => {
    for (const { ti_id, fence, queue } of attempts) {
      await redis.set(queueKeys(redisPrefix, queue).mark(attemptId({ taskInstance: ti_id, fence })), Mark.cancel, 'PX', MARK_TTL_MS.cancel, 'NX')
    }
  })
}
