import type { Redis, Result } from 'ioredis'
import { Mark, MARK_TTL_MS } from '../broker/leases.js'
import type { ActiveAttempt } from '../database/tables/reruns.js'
import type { QueueRow } from '../database/tables/queues.js'
import { attemptId, type AttemptId } from '../protocol/attempt-id.js'
import { queueKeys } from '../protocol/keys.js'

/**
 * Takes back an attempt that no worker has claimed: after this none can, since the claim reads the mark in a script of its
 * own. A lease that is missing says nothing when Redis has forgotten, so its epoch must be the known one. A job that a worker
 * has taken and not claimed is left to that worker, which is refused.
 */
const FENCE = `
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] or tonumber(redis.call('HGET', KEYS[1], 'counter')) < tonumber(ARGV[2]) then return 0 end
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local mark = redis.call('GET', KEYS[3])
if mark == 'durable' then return 0 end
redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[4])
if redis.call('LREM', KEYS[4], 0, ARGV[5]) + redis.call('ZREM', KEYS[5], ARGV[5]) > 0 then redis.call('DEL', KEYS[6]) end
return 1`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    longshoreFence(epoch: string, lease: string, mark: string, wait: string, prioritized: string, job: string, epochId: string, counter: number, fenced: string, ttl: number, id: string): Result<0 | 1, Context>
  }
}

/** Which of these queued attempts could be taken back. `time` and `queues` are the database's. */
export async function fenceUnclaimed(redis: Redis, prefix: string, queues: readonly QueueRow[], time: number, attempts: readonly ActiveAttempt[]): Promise<Set<AttemptId>> {
  redis.defineCommand('longshoreFence', { numberOfKeys: 6, lua: FENCE })
  const known = new Map(queues.map(queue => [queue.name, queue]))
  const fenced = new Set<AttemptId>()
  for (const { ti_id, fence, queue: name } of attempts) {
    const queue = known.get(name)
    // While workers take their leases again, one that is missing proves nothing.
    if (queue === undefined || queue.epoch_id === null || time < (queue.recovering_until ?? 0)) continue
    const id = attemptId({ taskInstance: ti_id, fence })
    const keys = queueKeys(prefix, name)
    const base = `${keys.bullPrefix}:${name}`
    const answer = await redis.longshoreFence(keys.epoch, keys.lease(id), keys.mark(id), `${base}:wait`, `${base}:prioritized`, `${base}:${id}`, queue.epoch_id, queue.epoch_counter, Mark.fenced, MARK_TTL_MS.fenced, id)
    if (answer === 1) fenced.add(id)
  }
  return fenced
}
