import type { Redis } from 'ioredis'
import { Presence, type QueuePresence } from '../broker/presence.js'
import { tryRedis } from '../broker/try-redis.js'
import type { Config } from '../config/schema.js'
import { attemptId } from '../protocol/attempt-id.js'
import { queueKeys } from '../protocol/keys.js'

/** What Redis knows of an attempt and of those who may run it. */
export interface BrokerFacts {
  readonly job: JobPlace
  readonly presence: QueuePresence
  /** Milliseconds that the lease still lives; null when nobody holds one. */
  readonly leaseMs: number | null
}

export type JobPlace =
  /** `before` jobs come first, of `waiting` in all. */
  | { readonly kind: 'waiting'; readonly before: number; readonly waiting: number }
  /** A worker has taken it. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'missing' }

/** Null when Redis does not answer. */
export async function readBroker({ redisUrl, redisPrefix }: Config, queue: string, attempt: { readonly ti_id: number; readonly fence: number }): Promise<BrokerFacts | null> {
  const id = attemptId({ taskInstance: attempt.ti_id, fence: attempt.fence })
  const keys = queueKeys(redisPrefix, queue)
  const facts: { value: BrokerFacts | null } = { value: null }
  await tryRedis(redisUrl, async redis => {
    const [job, presence, ttl] = await Promise.all([placeOf(redis, `${keys.bullPrefix}:${queue}`, id), new Presence(redis, redisPrefix).read(queue), redis.pttl(keys.lease(id))])
    facts.value = { job, presence, leaseMs: ttl < 0 ? null : ttl }
  })
  return facts.value
}

/** BullMQ takes the end of its list `wait` first, then the head of `prioritized`, where all of our jobs begin. */
async function placeOf(redis: Redis, base: string, id: string): Promise<JobPlace> {
  const [rank, prioritized, inWait, wait, exists] = await Promise.all([
    redis.zrank(`${base}:prioritized`, id), redis.zcard(`${base}:prioritized`), redis.lpos(`${base}:wait`, id), redis.llen(`${base}:wait`), redis.exists(`${base}:${id}`),
  ])
  const waiting = wait + prioritized
  if (inWait !== null) return { kind: 'waiting', before: wait - 1 - inWait, waiting }
  if (rank !== null) return { kind: 'waiting', before: wait + rank, waiting }
  return { kind: exists === 1 ? 'taken' : 'missing' }
}
