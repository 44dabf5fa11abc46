import type { Redis, Result } from 'ioredis'
import { QUEUE_NAME, queueKeys, servedKey } from '../protocol/keys.js'

/** What a worker says of itself on each queue that it serves. */
export interface WorkerFacts {
  /** UUID of its state directory. */
  readonly id: string
  /** For people. */
  readonly name: string
  readonly host: string
  readonly version: string
  readonly pid: number
  readonly slots: number
  /** Attempts that it is busy with, over all of its queues. */
  readonly active: number
  readonly queues: readonly string[]
  /** Milliseconds since the epoch by its own clock. */
  readonly startedAt: number
  /** The rest is not said by workers of earlier versions. Id of the process. */
  readonly boot?: string
  /** Queues of its settings, when it was told to serve others. */
  readonly home?: readonly string[]
  /** Queues that it serves and takes nothing from. */
  readonly paused?: readonly string[]
  /** Why it takes no work at all, for people. */
  readonly refusing?: readonly string[]
  readonly draining?: boolean
  /** `healthy`, `guarded`, `quarantined` or `probing`, as worker/health/health.ts describes them. */
  readonly health?: string
  /** What tasks may reserve there together, and what of it they have. Memory is bytes; null where nothing is counted. */
  readonly capacity?: { readonly cpus: number | null; readonly cpusReserved: number; readonly memory: number | null; readonly memoryReserved: number }
  /** Attempts that this process has seen end, and those of them that ended badly: not by an exit with 0. */
  readonly processed?: number
  readonly failed?: number
  /** Containers of failed attempts that it keeps for people. */
  readonly kept?: number
  /** The pool of machines that it belongs to. */
  readonly pool?: string
  /** Load average of its host over the last minute. */
  readonly load?: number
}

export interface WorkerPresence extends WorkerFacts {
  /** When it said so, by Redis' clock. */
  readonly at: number
  /** It said that it goes. */
  readonly left?: boolean
}

/** Who serves a queue. */
export interface QueuePresence {
  /** Those that were heard of lately, by name. */
  readonly workers: readonly WorkerPresence[]
  /** The one that was heard of last among those that are not there any more; null when nobody is remembered. */
  readonly lastSeen: { readonly name: string; readonly at: number } | null
}

/** A worker that was not heard of for so long counts as away: three renewals of 15 s. */
export const PRESENT_MS = 45_000
const REMEMBERED_MS = 24 * 3_600_000
/** Whoever may write to Redis can name as many queues as they like. */
const MOST_SERVED = 1_000

const TIME = `
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))`

/** Appends the time to a JSON object, so that all entries of a queue are by one clock; forgets who has been away for a day. */
const ANNOUNCE = `${TIME}
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local at = tonumber(string.match(entries[i + 1], '"at":(%d+)}$'))
  if not at or now - at > tonumber(ARGV[3]) then redis.call('HDEL', KEYS[1], entries[i]) end
end
redis.call('HSET', KEYS[1], ARGV[1], string.sub(ARGV[2], 1, -2) .. ',"at":' .. now .. '}')
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return now`

const READ = `${TIME}
return { now, redis.call('HVALS', KEYS[1]) }`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    longshoreAnnounce(workers: string, id: string, facts: string, rememberedMs: number): Result<string, Context>
    longshoreWorkers(workers: string): Result<[now: string, entries: string[]], Context>
  }
}

/** Tells and asks who serves a queue. Nobody acts on it: it is what people are shown. Leases decide who runs what. */
export class Presence {
  constructor(private readonly redis: Redis, private readonly prefix: string) {
    redis.defineCommand('longshoreAnnounce', { numberOfKeys: 1, lua: ANNOUNCE })
    redis.defineCommand('longshoreWorkers', { numberOfKeys: 1, lua: READ })
  }

  async announce(queue: string, facts: WorkerFacts): Promise<void> {
    await this.redis.longshoreAnnounce(this.#key(queue), facts.id, JSON.stringify(facts), REMEMBERED_MS)
  }

  /** Says that it serves the queue no more. */
  async leave(queue: string, facts: WorkerFacts): Promise<void> {
    await this.redis.longshoreAnnounce(this.#key(queue), facts.id, JSON.stringify({ ...facts, left: true }), REMEMBERED_MS)
  }

  /** Says where all look that somebody serves these queues. */
  async serve(queues: readonly string[]): Promise<void> {
    if (queues.length === 0) return
    const [key, now] = [servedKey(this.prefix), await this.#now()]
    await this.redis.zadd(key, ...queues.flatMap(queue => [now, queue]))
    await this.redis.zremrangebyscore(key, '-inf', now - REMEMBERED_MS)
    await this.redis.pexpire(key, REMEMBERED_MS)
  }

  /** Queues that somebody has served within a day, the newest first. */
  async served(): Promise<string[]> {
    const names = await this.redis.zrevrangebyscore(servedKey(this.prefix), '+inf', await this.#now() - REMEMBERED_MS, 'LIMIT', 0, MOST_SERVED)
    return names.filter(name => QUEUE_NAME.test(name))
  }

  /** Everybody who has served the queue within a day, and the time by Redis' clock. */
  async readAll(queue: string): Promise<{ readonly now: number; readonly workers: readonly WorkerPresence[] }> {
    const [now, entries] = await this.redis.longshoreWorkers(this.#key(queue))
    return { now: Number(now), workers: entries.map(entry => JSON.parse(entry) as WorkerPresence) }
  }

  async read(queue: string): Promise<QueuePresence> {
    const { now, workers } = await this.readAll(queue)
    const isPresent = ({ at, left }: WorkerPresence): boolean => left !== true && now - at <= PRESENT_MS
    const last = workers.filter(worker => !isPresent(worker)).sort((a, b) => b.at - a.at)[0]
    return {
      workers: workers.filter(isPresent).sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id)),
      lastSeen: last === undefined ? null : { name: last.name, at: last.at },
    }
  }

  async #now(): Promise<number> {
    const [seconds = 0, micros = 0] = (await this.redis.time()).map(Number)
    return seconds * 1_000 + Math.floor(micros / 1_000)
  }

  #key(queue: string): string {
    return queueKeys(this.prefix, queue).workers
  }
}
