import { readQueues, setQueueLimit, setQueuePaused, type QueueState } from '../../shared/operations/queues.js'
import type { Queues } from '../ports/queues.js'
import type { Direct } from './direct.js'

export class DirectQueues implements Queues {
  constructor(private readonly direct: Direct) {}

  list(): Promise<readonly QueueState[]> {
    return readQueues(this.direct.database)
  }

  limit(queue: string, limit: number | null): Promise<void> {
    return this.direct.operate({ action: 'queue.limit', target: { queue, limit } }, () => setQueueLimit(this.direct.database, queue, limit))
  }

  setPaused(queue: string, paused: boolean): Promise<boolean> {
    const { config, database, user } = this.direct
    return this.direct.operate({ action: paused ? 'queue.pause' : 'queue.resume', target: { queue } }, () => setQueuePaused(database, config, queue, paused, user))
  }
}
