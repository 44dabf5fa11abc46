import type { Redis } from 'ioredis'
import type { Database } from '../../shared/database/database.js'
import { observeWorkers } from '../../shared/operations/workers-observe.js'
import { tellWishes } from '../../shared/operations/workers-wishes.js'

/** Writes down which workers are there, and tells them again what people want: Redis may have forgotten both. */
export class WorkerWatch {
  constructor(private readonly database: Database, private readonly redis: Redis, private readonly options: { readonly prefix: string; readonly every: number }) {}

  async runOnce(): Promise<number> {
    const { prefix, every } = this.options
    await observeWorkers(this.database, this.redis, prefix)
    await tellWishes(this.database, this.redis, prefix)
    return every
  }
}
