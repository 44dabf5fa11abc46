import type { Redis, Result } from 'ioredis'
import { MARK_TTL_MS, type Mark } from '../../shared/broker/leases.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { EVENT_GROUP, queueKeys } from '../../shared/protocol/keys.js'

/** What a worker must be told about one of its attempts. */
export interface AttemptMark {
  readonly queue: string
  readonly attempt: AttemptId
  readonly mark: Mark
}

export interface AppliedEntry {
  readonly queue: string
  readonly id: string
}

/**
 * KEYS: the event stream, then mark and lease of each attempt. ARGV: the group, the number of marks, mark and time to live
 * of each, then the ids of applied entries. One script and not a pipeline: a mark is never there without its
 * acknowledgement, and it frees before it takes, so that a Redis that is out of memory can drain itself. An ioredis pipeline costs 0.1 ms to build once BullMQ has put its scripts on the connection.
 */
const SETTLE = `
local marks = tonumber(ARGV[2])
for i = 3 + 2 * marks, #ARGV do
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])
  redis.call('XDEL', KEYS[1], ARGV[i])
end
for i = 1, marks do
  if ARGV[1 + 2 * i] ~= 'cancel' then redis.call('DEL', KEYS[2 * i + 1]) end
  redis.call('SET', KEYS[2 * i], ARGV[1 + 2 * i], 'PX', ARGV[2 + 2 * i])
end`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    longshoreSettle(keyCount: number, ...keysAndArguments: (string | number)[]): Result<null, Context>
  }
}

/** Attempts and entries per call, so that no call holds Redis for long. */
const CHUNK = 500

/** Tells workers what became of their attempts, and acknowledges and deletes the events that told it. */
export class Marks {
  constructor(private readonly redis: Redis, private readonly prefix: string) {
    redis.defineCommand('longshoreSettle', { lua: SETTLE })
  }

  /** The lease of a settled attempt goes with its mark, so nothing is left to expire. */
  async settle(marks: readonly AttemptMark[], applied: readonly AppliedEntry[] = []): Promise<void> {
    const queues = new Set([...marks, ...applied].map(({ queue }) => queue))
    await Promise.all([...queues].map(queue => this.#settle(queue, marks.filter(mark => mark.queue === queue), applied.filter(entry => entry.queue === queue))))
  }

  async #settle(queue: string, marks: readonly AttemptMark[], applied: readonly AppliedEntry[]): Promise<void> {
    const keys = queueKeys(this.prefix, queue)
    for (let from = 0; from < Math.max(marks.length, applied.length); from += CHUNK) {
      const some = marks.slice(from, from + CHUNK)
      await this.redis.longshoreSettle(
        1 + 2 * some.length, keys.events, ...some.flatMap(({ attempt }) => [keys.mark(attempt), keys.lease(attempt)]),
        EVENT_GROUP, some.length, ...some.flatMap(({ mark }) => [mark, MARK_TTL_MS[mark]]), ...applied.slice(from, from + CHUNK).map(({ id }) => id),
      )
    }
  }
}
