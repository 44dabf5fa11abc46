import type { Redis, Result } from 'ioredis'
import { queueKeys } from '../protocol/keys.js'
import { QueueWishes, WorkerWishes } from '../protocol/wishes.js'

/** The field of what is wanted of the queue itself. Ids of workers are UUIDs. */
const QUEUE_FIELD = '*'
/** Revisions are times: one that lies further ahead is no schedulers' work and must not keep what is. */
const AHEAD_MS = 60_000

/** A scheduler that has read the database a moment ago must not take back what somebody has just wanted. */
const APPLY = `
local current = redis.call('HGET', KEYS[1], ARGV[1])
if current == ARGV[3] then return 0 end
local revision = current and tonumber(string.match(current, '"revision":(%d+)'))
local time = redis.call('TIME')
if revision and revision > tonumber(ARGV[2]) and revision <= time[1] * 1000 + ${AHEAD_MS} then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    longshoreControl(key: string, field: string, revision: number, wishes: string): Result<number, Context>
  }
}

/** What a worker finds about one of its queues. */
export interface Wanted {
  readonly queue: QueueWishes | null
  readonly worker: WorkerWishes | null
}

/**
 * Carries what people want to the workers of a queue. Redis may forget it: schedulers write it again from the database, and
 * a worker that finds nothing goes on with what it has heard.
 */
export class Control {
  constructor(private readonly redis: Redis, private readonly prefix: string) {
    redis.defineCommand('longshoreControl', { numberOfKeys: 1, lua: APPLY })
  }

  /** Says what is wanted of a worker, on one of its queues; true when that is news. */
  async wantOfWorker(queue: string, worker: string, wishes: WorkerWishes): Promise<boolean> {
    return this.#write(queue, worker, wishes)
  }

  async wantOfQueue(queue: string, wishes: QueueWishes): Promise<boolean> {
    return this.#write(queue, QUEUE_FIELD, wishes)
  }

  /** Has the workers of a queue read what is wanted, now. Who does not hear it reads it some seconds later. */
  async tell(queue: string): Promise<void> {
    await this.redis.publish(queueKeys(this.prefix, queue).told, '')
  }

  /** What is malformed counts as nothing: anybody with access to Redis can have written it. */
  async read(queue: string, worker: string): Promise<Wanted> {
    const [forQueue, forWorker] = await this.redis.hmget(queueKeys(this.prefix, queue).control, QUEUE_FIELD, worker)
    return { queue: parsed(QueueWishes, forQueue ?? null), worker: parsed(WorkerWishes, forWorker ?? null) }
  }

  async #write(queue: string, field: string, wishes: WorkerWishes | QueueWishes): Promise<boolean> {
    return await this.redis.longshoreControl(queueKeys(this.prefix, queue).control, field, wishes.revision, JSON.stringify(wishes)) === 1
  }
}

function parsed<T>(schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } }, text: string | null): T | null {
  if (text === null) return null
  try {
    const result = schema.safeParse(JSON.parse(text))
    return result.success ? result.data : null
  } catch {
    return null
  }
}
