import type { Redis } from 'ioredis'
import { queueKeys } from '../protocol/keys.js'

/** After it nobody believes the list any more: schedulers write it again long before. */
const KEPT_MS = 10 * 60_000

/**
 * Which images tasks of a queue will need soon, and when. Schedulers write it, workers read it. It is a hint: losing it
 * costs a task the time of its pull.
 */
export class PrefetchList {
  constructor(private readonly redis: Redis, private readonly prefix: string) {}

  /** Replaces the list of a queue. */
  async write(queue: string, images: ReadonlyMap<string, number>): Promise<void> {
    const key = queueKeys(this.prefix, queue).prefetch
    const change = this.redis.multi().del(key)
    if (images.size > 0) change.hset(key, Object.fromEntries(images)).pexpire(key, KEPT_MS)
    await change.exec()
  }

  /** When each image is first needed, milliseconds since the epoch. */
  async read(queue: string): Promise<Map<string, number>> {
    const fields = await this.redis.hgetall(queueKeys(this.prefix, queue).prefetch)
    return new Map(Object.entries(fields).map(([image, dueAt]) => [image, Number(dueAt)]))
  }
}
