import type { Redis } from 'ioredis'
import type { Database } from '../../shared/database/database.js'
import { listWorkers } from '../../shared/database/tables/workers.js'
import { Topic } from '../../shared/live/changes.js'
import type { LivePublisher } from '../../shared/live/publisher.js'
import { observeWorkers } from '../../shared/operations/workers-observe.js'
import { tellWishes } from '../../shared/operations/workers-wishes.js'
import type { WorkerTally } from './worker-tally.js'

export interface WorkerWatchOptions {
  readonly prefix: string
  readonly every: number
  readonly tally?: WorkerTally
  readonly live?: Pick<LivePublisher, 'tell'>
}

/** Writes down which workers are there and what they did, and tells them again what people want: Redis may have forgotten both. */
export class WorkerWatch {
  #known = ''

  constructor(private readonly database: Database, private readonly redis: Redis, private readonly options: WorkerWatchOptions) {}

  async runOnce(): Promise<number> {
    const { prefix, every, tally, live } = this.options
    await observeWorkers(this.database, this.redis, prefix)
    await tally?.write(this.database)
    if (live !== undefined && await this.#hasChanged()) live.tell(changes => { changes.topic(Topic.workers) })
    await tellWishes(this.database, this.redis, prefix)
    return every
  }

  async #hasChanged(): Promise<boolean> {
    const known = JSON.stringify((await listWorkers(this.database)).map(({ worker_id, facts, left_at, wanted, processed, failed }) => [worker_id, facts, left_at, wanted, processed, failed]))
    const hasChanged = known !== this.#known
    this.#known = known
    return hasChanged
  }
}
