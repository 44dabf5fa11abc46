import { LiveLog, type LogFrame } from '../broker/live-log.js'
import { blockingOptions, openRedis } from '../broker/redis.js'
import type { Config } from '../config/schema.js'
import type { AttemptRow } from '../database/tables/attempts.js'
import { attemptId } from '../protocol/attempt-id.js'
import { ACTIVE_ATTEMPT_STATES, type AttemptState } from '../states/attempt.js'
import { followLog } from './follow-log.js'
import type { StoredLog } from './stored-log.js'

const BLOCK_MS = 1_000

/** Everything that one attempt prints until it ends, with Redis or without. */
export async function* followAttempt({ redisUrl, redisPrefix }: Config, { ti_id, fence, queue }: AttemptRow, stored: StoredLog, readState: () => Promise<AttemptState>): AsyncGenerator<readonly LogFrame[]> {
  // A command that cannot be sent fails at once, and the next one tries again.
  const redis = redisUrl === '' ? null : openRedis({ ...blockingOptions(redisUrl), maxRetriesPerRequest: 0 })
  const live = redis === null ? null : new LiveLog(redis, redisPrefix, queue)
  const id = attemptId({ taskInstance: ti_id, fence })
  try {
    yield* followLog({
      stored,
      news: async after => (live === null ? null : live.read(id, after, BLOCK_MS).catch(() => null)),
      isOver: async () => !(ACTIVE_ATTEMPT_STATES as readonly AttemptState[]).includes(await readState()),
    })
  } finally {
    redis?.disconnect()
  }
}
