import { PRESENT_MS, type WorkerFacts } from '../broker/presence.js'
import { tryRedis } from '../broker/try-redis.js'
import { now, type Database, type Session } from '../database/database.js'
import { listWorkers, lockWorker, writeWanted, type WorkerRow } from '../database/tables/workers.js'
import { LongshoreError } from '../errors.js'
import { Topic, topicsChanged } from '../live/changes.js'
import { tellChanges } from '../live/tell-changes.js'
import { NO_WISHES, type EndWish, type WorkerWishes } from '../protocol/wishes.js'
import type { Broker } from './cancel-attempts.js'
import { didYouMean } from './find.js'
import { observeWorkers } from './workers-observe.js'
import { factsOf, tellWishes, wishesOf } from './workers-wishes.js'

/** How a worker is doing, as far as it is known without asking it. */
export const WorkerPresenceState = {
  /** It was heard of within 45 s. */
  online: 'online',
  /** It was not, and has not said that it goes: its host or its network is gone, or Redis is. */
  unreachable: 'unreachable',
  /** It said that it goes, or was not heard of for a day. */
  gone: 'gone',
} as const
export type WorkerPresenceState = (typeof WorkerPresenceState)[keyof typeof WorkerPresenceState]

const GONE_MS = 24 * 3_600_000

export interface WorkerState {
  readonly id: string
  readonly name: string
  readonly status: WorkerPresenceState
  readonly facts: WorkerFacts
  /** By the database's clock. */
  readonly firstSeen: number
  readonly lastSeen: number
  readonly wishes: WorkerWishes | null
  /** Attempts that schedulers have seen end there, over all of its processes, and those that did not exit with 0. */
  readonly processed: number
  readonly failed: number
}

function stateOf(row: WorkerRow, time: number): WorkerState {
  const age = time - row.last_seen
  const status = row.left_at !== null || age > GONE_MS ? WorkerPresenceState.gone : age > PRESENT_MS ? WorkerPresenceState.unreachable : WorkerPresenceState.online
  return { id: row.worker_id, name: row.name, status, facts: factsOf(row), firstSeen: row.first_seen, lastSeen: row.last_seen, wishes: wishesOf(row), processed: row.processed, failed: row.failed }
}

/** All that are remembered, with the newest that Redis knows of them. */
export async function readWorkers(database: Database, broker: Broker): Promise<WorkerState[]> {
  // Without Redis, what schedulers have written down is what there is.
  await tryRedis(broker.redisUrl, redis => observeWorkers(database, redis, broker.redisPrefix))
  return knownWorkers(database)
}

/** All that are remembered, as schedulers have written them down. */
export async function knownWorkers(session: Session): Promise<WorkerState[]> {
  const time = await now(session)
  return (await listWorkers(session)).map(row => stateOf(row, time))
}

const ID_PART = 4

/**
 * By name, by id or by the beginning of an id. Names may repeat over time: one that is there counts before those that are gone.
 * @throws LongshoreError LS_WORKER_NOT_FOUND
 */
export function pickWorker(workers: readonly WorkerState[], wanted: string): WorkerState {
  const found = workers.filter(({ id, name }) => id === wanted || name === wanted || (wanted.length >= ID_PART && id.startsWith(wanted)))
  const there = found.filter(({ status }) => status !== WorkerPresenceState.gone)
  const [one, ...more] = there.length > 0 ? there : found
  if (one === undefined) throw new LongshoreError('LS_WORKER_NOT_FOUND', `there is no worker '${wanted}'${didYouMean(wanted, workers.map(({ name }) => name))}`)
  if (more.length > 0) throw new LongshoreError('LS_WORKER_NOT_FOUND', `'${wanted}' can be any of ${more.length + 1} workers: ${[one, ...more].map(({ id }) => id).join(', ')}`, { hint: 'Give the id instead of the name.' })
  return one
}

export interface Wanted {
  readonly worker: WorkerState
  readonly wishes: WorkerWishes
  /** False when Redis is away: schedulers tell it when it is back. */
  readonly isTold: boolean
}

/**
 * Changes what is wanted of one worker, and tells it. The database has it first: what Redis loses is said again. `now` is the
 * database's time.
 * @throws LongshoreError LS_WORKER_NOT_FOUND
 */
export async function wantOfWorker(database: Database, broker: Broker, name: string, change: (before: WorkerWishes, worker: WorkerState, now: number) => Omit<WorkerWishes, 'v' | 'revision'>): Promise<Wanted> {
  const { id } = pickWorker(await readWorkers(database, broker), name)
  const { worker, wishes } = await database.transact('want-of-worker', async tx => {
    const row = await lockWorker(tx, id)
    if (row === undefined) throw new LongshoreError('LS_WORKER_NOT_FOUND', `the worker '${name}' has just been forgotten`)
    const time = await now(tx)
    const state = stateOf(row, time)
    const before = state.wishes ?? NO_WISHES
    const after: WorkerWishes = { v: 1, revision: Math.max(time, before.revision + 1), ...change(before, state, time) }
    await writeWanted(tx, id, JSON.stringify(after))
    return { worker: state, wishes: after }
  })
  const isTold = await tryRedis(broker.redisUrl, redis => tellWishes(database, redis, broker.redisPrefix))
  await tellChanges(broker, topicsChanged(Topic.workers))
  return { worker, wishes, isTold }
}

/**
 * Has a worker end: now (a deadline of 0), or when its tasks have ended. Holds for the process that runs now.
 * @throws LongshoreError LS_WORKER_NOT_FOUND
 */
export async function endWorker(database: Database, broker: Broker, name: string, how: Pick<EndWish, 'deadline' | 'then'>): Promise<Wanted> {
  return wantOfWorker(database, broker, name, (before, { status, facts: { boot } }) => {
    if (status === WorkerPresenceState.gone) throw new LongshoreError('LS_WORKER_NOT_FOUND', `the worker '${name}' is gone already`)
    if (boot === undefined) throw new LongshoreError('LS_WORKER_NOT_FOUND', `the worker '${name}' is of a version that cannot be told to end; send its process a SIGTERM`)
    return { ...before, end: { boot, ...how } }
  })
}
