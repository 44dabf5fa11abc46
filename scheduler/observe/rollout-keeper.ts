import type { Redis } from 'ioredis'
import type { Database } from '../../shared/database/database.js'
import { keepRollout } from '../../shared/operations/rollout.js'
import type { SchedulerBus } from '../bus.js'

/** Decides which node is updated next, and tells the nodes. Any number of schedulers may: a lock lets one decide at a time. */
export class RolloutKeeper {
  constructor(private readonly database: Database, private readonly redis: Redis, private readonly bus: SchedulerBus, private readonly options: { readonly prefix: string; readonly every: number }) {}

  async runOnce(): Promise<number> {
    for (const halt of await keepRollout(this.database, this.redis, this.options.prefix)) this.bus.emit('rollout-halted', halt)
    return this.options.every
  }
}
