import { randomUUID } from 'node:crypto'
import type { Redis, Result } from 'ioredis'
import { Mark, MARK_TTL_MS } from '../../shared/broker/leases.js'
import { now, type Database } from '../../shared/database/database.js'
import { recentlyEnded } from '../../shared/database/tables/attempts.js'
import { beginEpoch, listQueues, raiseEpoch, type QueueRow } from '../../shared/database/tables/queues.js'
import { attemptId } from '../../shared/protocol/attempt-id.js'
import { queueKeys } from '../../shared/protocol/keys.js'
import { AttemptState } from '../../shared/states/attempt.js'
import type { SchedulerBus } from '../bus.js'
import type { EventStreams } from '../consume/event-streams.js'
import type { Marks } from '../consume/marks.js'

/**
 * Raises the counter only when the epoch is the expected one and has not gone back in time. The database is read before
 * Redis and written after it, so a healthy Redis is never behind.
 */
const RAISE = `
local id = redis.call('HGET', KEYS[1], 'id')
if not id then return {'missing', 0} end
if id ~= ARGV[1] then return {'changed', 0} end
local counter = tonumber(redis.call('HGET', KEYS[1], 'counter'))
if counter < tonumber(ARGV[2]) then return {'regressed', counter} end
return {'held', redis.call('HINCRBY', KEYS[1], 'counter', 1)}`

/** Begins a new epoch when the old one is gone or has gone back in time; answers with the epoch in force. */
const BEGIN = `
local id = redis.call('HGET', KEYS[1], 'id')
if id and (id ~= ARGV[1] or tonumber(redis.call('HGET', KEYS[1], 'counter')) >= tonumber(ARGV[2])) then return id end
redis.call('HSET', KEYS[1], 'id', ARGV[3], 'counter', 1)
return ARGV[3]`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    longshoreBeginEpoch(key: string, oldId: string, oldCounter: number, newId: string): Result<string, Context>
    longshoreRaiseEpoch(key: string, id: string, counter: number): Result<['held' | 'missing' | 'changed' | 'regressed', number], Context>
  }
}

export interface EpochOptions {
  readonly prefix: string
  readonly every: number
  /** How long workers have to re-assert their leases after Redis forgot. */
  readonly recoveryGrace: number
}

/** Proves, queue by queue, that Redis has not forgotten anything; when it has, begins a new epoch and tells Redis again what it must know. */
export class EpochKeeper {
  constructor(
    private readonly database: Database,
    private readonly redis: Redis,
    private readonly streams: EventStreams,
    private readonly marks: Marks,
    private readonly bus: SchedulerBus,
    private readonly options: EpochOptions,
  ) {
    redis.defineCommand('longshoreRaiseEpoch', { numberOfKeys: 1, lua: RAISE })
    redis.defineCommand('longshoreBeginEpoch', { numberOfKeys: 1, lua: BEGIN })
  }

  async runOnce(): Promise<number> {
    // All epochs first: as long as one is not looked at, its queue is trusted.
    const forgotten: string[] = []
    for (const queue of await listQueues(this.database)) if (await this.#check(queue)) forgotten.push(queue.name)
    for (const name of forgotten) await this.#remark(name)
    return this.options.every
  }

  /** True when Redis had forgotten and this scheduler is the one that tells it again. */
  async #check(queue: QueueRow): Promise<boolean> {
    const answer = queue.epoch_id === null ? 'missing' : await this.#raise(queue.name, queue.epoch_id, queue.epoch_counter)
    return answer !== 'held' && await this.#begin(queue, answer)
  }

  async #raise(name: string, id: string, counter: number): Promise<'held' | 'missing' | 'changed' | 'regressed'> {
    const [answer, raised] = await this.redis.longshoreRaiseEpoch(queueKeys(this.options.prefix, name).epoch, id, counter)
    if (answer === 'held') await this.database.transact('raise-epoch', tx => raiseEpoch(tx, name, id, raised))
    return answer
  }

  /**
   * Redis first: a script sets the new epoch or answers with the one that another scheduler has just set. Whoever then
   * moves the database from the old epoch to that one does the recovery; a death in between is finished by the next pass.
   */
  async #begin(queue: QueueRow, why: string): Promise<boolean> {
    const id = await this.redis.longshoreBeginEpoch(queueKeys(this.options.prefix, queue.name).epoch, queue.epoch_id ?? '', queue.epoch_counter, randomUUID())
    if (id === queue.epoch_id) return false
    const isFirst = queue.epoch_id === null
    const grace = isFirst ? 0 : this.options.recoveryGrace
    if (!(await this.database.transact('begin-epoch', tx => beginEpoch(tx, queue, id, grace)))) return false
    await this.streams.ensureGroup(queue.name)
    if (!isFirst) this.bus.emit('epoch-broken', { queue: queue.name, why, graceMs: grace })
    return !isFirst
  }

  /** A worker that comes back must still learn that its attempt is over. */
  async #remark(name: string): Promise<void> {
    const time = await now(this.database)
    const ended = [
      ...await recentlyEnded(this.database, name, [AttemptState.finished], time - MARK_TTL_MS.durable),
      ...await recentlyEnded(this.database, name, [AttemptState.lost, AttemptState.released], time - MARK_TTL_MS.fenced),
    ]
    await this.marks.settle(ended.map(({ ti_id, fence, state }) => ({
      queue: name, attempt: attemptId({ taskInstance: ti_id, fence }), mark: state === AttemptState.finished ? Mark.durable : Mark.fenced,
    })))
  }
}
