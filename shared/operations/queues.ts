import type { Database, Session } from '../database/database.js'
import { lockDispatch } from '../database/tables/locks.js'
import { limitQueue, listQueues } from '../database/tables/queues.js'
import { countByQueueAndState } from '../database/tables/task-instances.js'
import { LongshoreError } from '../errors.js'
import { isActive, TaskState } from '../states/task-instance.js'
import { didYouMean } from './find.js'

export interface QueueState {
  readonly queue: string
  /** Task instances that could run and wait for a slot. */
  readonly waiting: number
  /** Those on their way to a worker or on one. */
  readonly active: number
  /** Null: none of its own. */
  readonly limit: number | null
}

export async function readQueues(session: Session): Promise<QueueState[]> {
  const counts = await countByQueueAndState(session)
  return (await listQueues(session)).map(({ name, max_active }) => {
    const sum = (is: (state: TaskState) => boolean): number => counts.filter(({ queue, state }) => queue === name && is(state)).reduce((total, { count }) => total + count, 0)
    return { queue: name, waiting: sum(state => state === TaskState.scheduled), active: sum(isActive), limit: max_active }
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
    throw new LongshoreError('LS_QUEUE_NOT_FOUND', `no DAG has named a queue '${queue}'${didYouMean(queue, (await listQueues(tx)).map(({ name }) => name))}`)
  })
}
