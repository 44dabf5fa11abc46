import type { Redis, Result } from 'ioredis'
import { parseAttemptId, type AttemptId } from '../../shared/protocol/attempt-id.js'
import { Mark } from '../../shared/broker/leases.js'
import type { QueueRow } from '../../shared/database/tables/queues.js'
import { queueKeys } from '../../shared/protocol/keys.js'
import { isInForce } from './epoch.js'

/** The attempts that Redis holds jobs of. Other ids are left to the workers, which refuse and remove them. */
export interface QueueContents {
  readonly waiting: ReadonlySet<AttemptId>
  /** Taken by a worker and not completed. */
  readonly active: ReadonlySet<AttemptId>
}

/** BullMQ's own remove() is refused while a job is locked; the lock of a job that nobody holds a lease on protects nothing. */
const REMOVE = `
redis.call('LREM', KEYS[1], 0, ARGV[1])
redis.call('LREM', KEYS[2], 0, ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return redis.call('DEL', KEYS[4], KEYS[5])`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    longshoreRemoveJob(active: string, wait: string, prioritized: string, job: string, lock: string, id: string): Result<number, Context>
  }
}

/** Reads and repairs BullMQ's lists of one queue. */
export class QueueInspector {
  constructor(private readonly redis: Redis, private readonly prefix: string) {
    redis.defineCommand('longshoreRemoveJob', { numberOfKeys: 5, lua: REMOVE })
  }

  async contents(queue: string): Promise<QueueContents> {
    const base = this.#base(queue)
    const [wait, prioritized, active] = await Promise.all([
      this.redis.lrange(`${base}:wait`, 0, -1), this.redis.zrange(`${base}:prioritized`, '0', '-1'), this.redis.lrange(`${base}:active`, 0, -1),
    ])
    const ours = (ids: readonly string[]): Set<AttemptId> => new Set(ids.filter((id): id is AttemptId => parseAttemptId(id) !== null))
    return { waiting: ours([...wait, ...prioritized]), active: ours(active) }
  }

  /** Whether what was read before can be trusted: Redis has not forgotten since. */
  isInForce(queue: QueueRow): Promise<boolean> {
    return isInForce(this.redis, this.prefix, queue)
  }

  /** Those of these attempts that a worker was told to leave alone. */
  async fenced(queue: string, attempts: readonly AttemptId[]): Promise<Set<AttemptId>> {
    if (attempts.length === 0) return new Set()
    const marks = await this.redis.mget(attempts.map(attempt => queueKeys(this.prefix, queue).mark(attempt)))
    return new Set(attempts.filter((_, index) => marks[index] === Mark.fenced))
  }

  /** Which of these attempts somebody holds a lease on. */
  async leased(queue: string, attempts: readonly AttemptId[]): Promise<Set<AttemptId>> {
    if (attempts.length === 0) return new Set()
    const owners = await this.redis.mget(attempts.map(attempt => queueKeys(this.prefix, queue).lease(attempt)))
    return new Set(attempts.filter((_, index) => owners[index] !== null))
  }

  async remove(queue: string, attempt: AttemptId): Promise<void> {
    const base = this.#base(queue)
    await this.redis.longshoreRemoveJob(`${base}:active`, `${base}:wait`, `${base}:prioritized`, `${base}:${attempt}`, `${base}:${attempt}:lock`, attempt)
  }

  #base(queue: string): string {
    return `${queueKeys(this.prefix, queue).bullPrefix}:${queue}`
  }
}
