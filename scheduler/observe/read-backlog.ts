import type { Session } from '../../shared/database/database.js'
import { fillOfQueues } from '../../shared/database/tables/queue-samples.js'
import { knownWorkers, WorkerPresenceState } from '../../shared/operations/workers.js'
import { backlogOf, type PoolBacklog } from './backlog.js'

/** The backlog of every pool that any worker of the last days has named. */
export async function readBacklog(session: Session): Promise<PoolBacklog[]> {
  const fill = await fillOfQueues(session)
  const workers = await knownWorkers(session)
  return backlogOf([...fill].map(([queue, { waiting, active }]) => ({ queue, waiting, active })), workers.map(({ status, facts }) => ({
    pool: facts.pool ?? null, queues: facts.home ?? facts.queues, slots: facts.slots, isInService: status === WorkerPresenceState.online && facts.draining !== true,
  })))
}
