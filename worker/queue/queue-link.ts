import type { Redis, RedisOptions } from 'ioredis'
import { Leases } from '../../shared/broker/leases.js'
import { LiveLog } from '../../shared/broker/live-log.js'
import type { Config } from '../../shared/config/schema.js'
import { JobQueue } from './job-queue.js'

/** Everything of one queue that lives in Redis. */
export interface QueueLink {
  readonly queue: string
  readonly jobs: JobQueue
  readonly leases: Leases
  readonly live: LiveLog
}

/**
 * The queues that this worker has to do with: those it serves, and those of adopted attempts, which an earlier
 * configuration may have served.
 */
export class QueueLinks {
  readonly #links = new Map<string, QueueLink>()

  constructor(private readonly config: Config, private readonly redis: Redis, private readonly blocking: RedisOptions, private readonly worker: string) {}

  of(queue: string): QueueLink {
    let link = this.#links.get(queue)
    if (link === undefined) {
      const { redisPrefix: prefix, leaseTtl } = this.config
      link = {
        queue,
        jobs: new JobQueue({ queue, prefix, redis: this.redis, blocking: this.blocking, token: this.worker, lockMs: leaseTtl }),
        leases: new Leases(this.redis, prefix, queue, this.worker),
        live: new LiveLog(this.redis, prefix, queue),
      }
      this.#links.set(queue, link)
    }
    return link
  }

  get all(): QueueLink[] {
    return [...this.#links.values()]
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ jobs }) => jobs.close()))
  }
}
