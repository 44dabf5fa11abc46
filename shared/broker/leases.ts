import type { Redis, Result } from 'ioredis'
import type { AttemptId } from '../protocol/attempt-id.js'
import type { WorkerEvent } from '../protocol/events.js'
import type { RefusalNotice } from '../protocol/refusal-notice.js'
import { queueKeys, type QueueKeys } from '../protocol/keys.js'
import { ENDED_LOG_KEPT_MS } from './live-log.js'

/**
 * A worker's claim on an attempt. The lease key holds the worker's id and expires by Redis' own clock; the mark key holds
 * the scheduler's word about the attempt. Claiming, renewing and releasing are one script each, so that a lease, a mark and
 * an event never disagree.
 */

/** What the scheduler says about an attempt; the worker reads it with every renewal. */
export const Mark = {
  /** A person wants it stopped. */
  cancel: 'cancel',
  /** A newer attempt exists, or the task instance is terminal: stop, remove, report nothing. */
  fenced: 'fenced',
  /** The finish is committed: everything that was kept for a repeat may go. */
  durable: 'durable',
} as const
export type Mark = (typeof Mark)[keyof typeof Mark]

export type ClaimAnswer = 'claimed' | 'owned' | Mark
/** `retaken`: the lease was gone (Redis forgot it, or it expired unnoticed) and is ours again; the last event must be repeated. */
export type RenewAnswer = 'held' | 'retaken' | 'owned' | Mark

/** How long a mark outlives the moment it was made; a worker that comes back later repeats its event and is marked again. */
export const MARK_TTL_MS: Readonly<Record<Mark, number>> = { cancel: 24 * 3_600_000, fenced: 24 * 3_600_000, durable: 15 * 60_000 }

const CLAIM = `
local mark = redis.call('GET', KEYS[2])
if mark then return mark end
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 'owned' end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('XADD', KEYS[3], '*', 'e', ARGV[3])
return 'claimed'`

/** Extends by PEXPIRE, which a Redis that is out of memory still does; SET would make every worker stop its tasks. */
const RENEW = `
local answers = {}
for i = 1, #KEYS, 2 do
  local mark = redis.call('GET', KEYS[i + 1])
  local answer
  if mark == 'durable' or mark == 'fenced' then
    answer = mark
  else
    local owner = redis.call('GET', KEYS[i])
    if owner and owner ~= ARGV[1] then
      answer = 'owned'
    else
      if owner then redis.call('PEXPIRE', KEYS[i], ARGV[2]) else redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[2]) end
      answer = mark or (owner and 'held' or 'retaken')
    end
  end
  answers[#answers + 1] = answer
end
return answers`

/** The live log ends with its attempt. */
const FINISH = `
redis.call('XADD', KEYS[1], '*', 'e', ARGV[1])
redis.call('XADD', KEYS[2], '*', 'end', '1')
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 1`

const RELEASE = `
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], 'fenced', 'PX', ARGV[2])
redis.call('XADD', KEYS[3], '*', 'e', ARGV[3])
return 1`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    longshoreClaim(lease: string, mark: string, events: string, worker: string, ttl: number, event: string): Result<ClaimAnswer, Context>
    longshoreRenew(keyCount: number, ...keysThenWorkerAndTtl: (string | number)[]): Result<RenewAnswer[], Context>
    longshoreFinish(events: string, live: string, event: string, liveTtl: number): Result<number, Context>
    longshoreRelease(lease: string, mark: string, events: string, worker: string, markTtl: number, event: string): Result<number, Context>
  }
}

/** Attempts per renewal call, so that one call never holds Redis for long. */
const RENEW_CHUNK = 500

export class Leases {
  readonly #keys: QueueKeys

  constructor(private readonly redis: Redis, prefix: string, readonly queue: string, private readonly worker: string) {
    this.#keys = queueKeys(prefix, queue)
    redis.defineCommand('longshoreClaim', { numberOfKeys: 3, lua: CLAIM })
    redis.defineCommand('longshoreRenew', { lua: RENEW })
    redis.defineCommand('longshoreFinish', { numberOfKeys: 2, lua: FINISH })
    redis.defineCommand('longshoreRelease', { numberOfKeys: 3, lua: RELEASE })
  }

  /** Takes the lease and reports `claimed`, or says why not. Claiming what is already ours succeeds again. */
  claim(attempt: AttemptId, ttl: number, event: WorkerEvent): Promise<ClaimAnswer> {
    const { lease, mark, events } = this.#keys
    return this.redis.longshoreClaim(lease(attempt), mark(attempt), events, this.worker, ttl, JSON.stringify(event))
  }

  /** Takes or extends every lease and brings back what the scheduler says about each attempt. */
  async renew(attempts: readonly AttemptId[], ttl: number): Promise<Map<AttemptId, RenewAnswer>> {
    const answers = new Map<AttemptId, RenewAnswer>()
    for (let from = 0; from < attempts.length; from += RENEW_CHUNK) {
      const chunk = attempts.slice(from, from + RENEW_CHUNK)
      const keys = chunk.flatMap(attempt => [this.#keys.lease(attempt), this.#keys.mark(attempt)])
      const reply = await this.redis.longshoreRenew(keys.length, ...keys, this.worker, ttl)
      chunk.forEach((attempt, index) => answers.set(attempt, reply[index] as RenewAnswer))
    }
    return answers
  }

  /** Gives the attempt back untouched; false when it belongs to another worker by now. */
  async release(attempt: AttemptId, event: WorkerEvent): Promise<boolean> {
    const { lease, mark, events } = this.#keys
    const released = await this.redis.longshoreRelease(lease(attempt), mark(attempt), events, this.worker, MARK_TTL_MS.fenced, JSON.stringify(event))
    return released === 1
  }

  /** Says something that is no event of an attempt of this worker's. */
  async notice(notice: RefusalNotice): Promise<void> {
    await this.redis.xadd(this.#keys.events, '*', 'e', JSON.stringify(notice))
  }

  /** Reports an event. Repeating it is harmless: the scheduler knows events by attempt and sequence number. */
  async report(event: WorkerEvent): Promise<void> {
    await this.redis.xadd(this.#keys.events, '*', 'e', JSON.stringify(event))
  }

  /** Reports the end of an attempt whose log is complete in the log store, so that followers of it stop waiting as well. */
  async reportWithLog(event: WorkerEvent): Promise<void> {
    const { events, liveLog } = this.#keys
    await this.redis.longshoreFinish(events, liveLog(event.attempt), JSON.stringify(event), ENDED_LOG_KEPT_MS)
  }
}
