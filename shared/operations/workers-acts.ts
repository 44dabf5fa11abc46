import type { Database } from '../database/database.js'
import { LongshoreError } from '../errors.js'
import { ALL_QUEUES } from '../protocol/wishes.js'
import type { Broker } from './cancel-attempts.js'
import { wantOfWorker, type Wanted } from './workers.js'

/** Has a worker take nothing from a queue, or from any (null). What runs goes on. */
export function pauseWorker(database: Database, broker: Broker, worker: string, queue: string | null, by: string): Promise<Wanted> {
  return wantOfWorker(database, broker, worker, (before, _, at) => {
    const paused = queue === null ? [ALL_QUEUES] : [...new Set([...before.paused, queue])]
    return { ...before, paused, pausedBy: { user: by, at } }
  })
}

export function resumeWorker(database: Database, broker: Broker, worker: string, queue: string | null): Promise<Wanted> {
  return wantOfWorker(database, broker, worker, ({ pausedBy, ...before }, { facts }) => {
    const all = before.paused.includes(ALL_QUEUES) ? [...before.paused, ...facts.queues].filter(name => name !== ALL_QUEUES) : before.paused
    const paused = queue === null ? [] : [...new Set(all)].filter(name => name !== queue)
    return { ...before, paused, ...(paused.length > 0 && pausedBy !== undefined ? { pausedBy } : {}) }
  })
}

/** Null: as its settings say. Left out: as it is. */
export interface WorkerSettings {
  readonly concurrency?: number | null | undefined
  readonly queues?: readonly string[] | null | undefined
  /** Added to, and taken from, the queues that it serves. */
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
}

/** @throws LongshoreError LS_USAGE when no queue would be left */
export function setWorker(database: Database, broker: Broker, worker: string, { concurrency, queues, add = [], remove = [] }: WorkerSettings): Promise<Wanted> {
  return wantOfWorker(database, broker, worker, (before, { facts }) => {
    const from = queues === undefined ? before.queues : queues
    const edited = [...new Set([...from ?? facts.home ?? facts.queues, ...add])].filter(queue => !remove.includes(queue))
    if (edited.length === 0) throw new LongshoreError('LS_USAGE', 'a worker serves at least one queue', { hint: 'Pause it to have it take nothing: `longshore workers pause`.' })
    return {
      ...before, concurrency: concurrency === undefined ? before.concurrency : concurrency,
      queues: add.length + remove.length === 0 ? (from === null ? null : [...from]) : edited,
    }
  })
}
