import type { Database, Session } from '../database/database.js'
import { lockDispatch } from '../database/tables/locks.js'
import { limitQueue, listQueues, pauseQueue } from '../database/tables/queues.js'
import { countByQueueAndState } from '../database/tables/task-instances.js'
import { LongshoreError } from '../errors.js'
import { Topic, topicsChanged } from '../live/changes.js'
import { publishChanges } from '../live/publisher.js'
import { isActive, TaskState } from '../states/task-instance.js'
import { tryRedis } from '../broker/try-redis.js'
import type { Broker } from './cancel-attempts.js'
import { didYouMean } from './find.js'
import { tellWishes } from './workers-wishes.js'

export interface QueueState {
  readonly queue: string
  /** Task instances that could run and wait for a slot. */
  readonly waiting: number
  /** Those on their way to a worker or on one. */
  readonly active: number
  /** Those of them that no worker has taken yet. */
  readonly queued: number
  /** Null: none of its own. */
  readonly limit: number | null
  /** Whether workers take nothing from it. */
  readonly paused: boolean
  /** Who paused it and when; null when it is not paused. */
  readonly pausedBy: string | null
  readonly pausedAt: string | null
}

export async function readQueues(session: Session): Promise<QueueState[]> {
  const counts = await countByQueueAndState(session)
  return (await listQueues(session)).map(({ name, max_active, is_paused, paused_by, paused_at }) => {
    const sum = (is: (state: TaskState) => boolean): number => counts.filter(({ queue, state }) => queue === name && is(state)).reduce((total, { count }) => total + count, 0)
    const isPaused = is_paused !== 0
    return {
      queue: name, waiting: sum(state => state === TaskState.scheduled), active: sum(isActive), queued: sum(state => state === TaskState.queued), limit: max_active,
      paused: isPaused, pausedBy: isPaused ? paused_by : null, pausedAt: isPaused && paused_at !== null ? new Date(paused_at).toISOString() : null,
    }
  })
}

/**
 * Limits what may be active on a queue at once; null takes the limit away. When this returns, nothing is dispatched by the
 * old limit any more; what runs goes on.
 * @throws LongshoreError LS_QUEUE_NOT_FOUND
 */
export async function setQueueLimit(database: Database, queue: string, limit: number | null): Promise<void> {
  await database.transact('limit-queue', async tx => {
    await lockDispatch(tx)
    if (await limitQueue(tx, queue, limit)) return
    throw await noSuchQueue(tx, queue)
  })
}

/**
 * Has the workers of a queue take nothing from it, or take work again. What runs goes on, and jobs are put there as before:
 * limits count them, and a task that must start within a time does not wait longer. False when Redis is away: schedulers
 * tell the workers when it is back. `by` says who it was.
 * @throws LongshoreError LS_QUEUE_NOT_FOUND
 */
export async function setQueuePaused(database: Database, { redisUrl, redisPrefix }: Broker, queue: string, isPaused: boolean, by: string): Promise<boolean> {
  await database.transact('pause-queue', async tx => {
    if (!await pauseQueue(tx, queue, isPaused, by)) throw await noSuchQueue(tx, queue)
  })
  return tryRedis(redisUrl, async redis => {
    await tellWishes(database, redis, redisPrefix)
    await publishChanges(redis, redisPrefix, topicsChanged(Topic.queues))
  })
}

async function noSuchQueue(session: Session, queue: string): Promise<LongshoreError> {
  return new LongshoreError('LS_QUEUE_NOT_FOUND', `no DAG has named a queue '${queue}'${didYouMean(queue, (await listQueues(session)).map(({ name }) => name))}`)
}
