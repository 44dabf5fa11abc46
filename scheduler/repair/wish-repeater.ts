import type { Redis } from 'ioredis'
import { now, type Database } from '../../shared/database/database.js'
import { readAttempts } from '../../shared/database/tables/attempts.js'
import { listQueues } from '../../shared/database/tables/queues.js'
import { unwantedAttempts } from '../../shared/database/tables/reruns.js'
import { markCancelled } from '../../shared/operations/cancel-attempts.js'
import { fenceUnclaimed } from '../../shared/operations/fence-attempts.js'
import { attemptId } from '../../shared/protocol/attempt-id.js'
import { AttemptState } from '../../shared/states/attempt.js'
import type { GiveUp } from './give-up.js'
import { Loss } from './lose-attempts.js'

/**
 * Repeats what people want of attempts until it is settled. Who wanted it told Redis, which may have been away, or has
 * forgotten since; the database has not. What no worker has claimed is taken back, since there may be no worker that would
 * ever be asked.
 */
export class WishRepeater {
  constructor(private readonly database: Database, private readonly redis: Redis, private readonly giveUp: GiveUp, private readonly options: { readonly prefix: string; readonly every: number }) {}

  async runOnce(): Promise<number> {
    const attempts = await unwantedAttempts(this.database)
    if (attempts.length > 0) {
      const queued = attempts.filter(({ state }) => state === AttemptState.queued)
      const [queues, time] = [await listQueues(this.database), await now(this.database)]
      const fenced = await fenceUnclaimed(this.redis, this.options.prefix, queues, time, queued)
      const current = await readAttempts(this.database, queued.map(({ ti_id, fence }) => ({ taskInstance: ti_id, fence })))
      await this.giveUp.lose([...current.values()].filter(({ ti_id, fence }) => fenced.has(attemptId({ taskInstance: ti_id, fence }))), Loss.takenBack)
      await markCancelled(this.redis, this.options.prefix, attempts.filter(({ ti_id, fence }) => !fenced.has(attemptId({ taskInstance: ti_id, fence }))))
    }
    return this.options.every
  }
}
