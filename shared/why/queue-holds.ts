import type { WorkerPresence } from '../broker/presence.js'
import type { Session } from '../database/database.js'
import { findQueue } from '../database/tables/queues.js'
import { listWorkers } from '../database/tables/workers.js'
import { wishesOf } from '../operations/workers-wishes.js'
import { ALL_QUEUES, type WorkerWishes } from '../protocol/wishes.js'
import { moment } from './words.js'

/** Who paused something and when, as far as it is known. */
export interface Pause {
  readonly user: string | null
  readonly at: number | null
}

/** What people have said of a queue and of workers: the database has it whether or not the workers have heard of it. */
export interface QueueHolds {
  /** Null: the queue is not paused. */
  readonly paused: Pause | null
  /** By id; of those of which anybody has ever wanted anything. */
  readonly wishes: ReadonlyMap<string, WorkerWishes>
}

export const NO_HOLDS: QueueHolds = { paused: null, wishes: new Map() }

export async function readHolds(session: Session, name: string): Promise<QueueHolds> {
  const queue = await findQueue(session, name)
  const wishes = (await listWorkers(session)).flatMap(row => {
    const wanted = wishesOf(row)
    return wanted === null ? [] : [[row.worker_id, wanted] as const]
  })
  return { paused: queue === undefined || queue.is_paused === 0 ? null : { user: queue.paused_by, at: queue.paused_at }, wishes: new Map(wishes) }
}

/**
 * Why a worker that serves a queue takes nothing from it, for people; null when it does. What it says of itself is what
 * decides there: its gate, its drain, the queues that it has stopped fetching from. That somebody has paused it counts
 * before it has heard of it.
 */
export function holdOffOf({ id, name, paused = [], refusing = [], draining }: WorkerPresence, queue: string, { paused: all, wishes }: QueueHolds): string | null {
  if (draining === true) return 'is being drained'
  if (refusing.length > 0) return `takes nothing: ${refusing.join('; ')}`
  const own = wishes.get(id)
  if (own?.paused.includes(ALL_QUEUES) === true || own?.paused.includes(queue) === true) {
    return `is paused${pauseText(own.pausedBy ?? { user: null, at: null })} (\`longshore workers resume ${name}\`)`
  }
  // That the queue is paused for all is said once, not for each worker.
  return all === null && paused.includes(queue) ? 'has not yet heard that the queue was resumed' : null
}

/** ` by ada since 2026-01-02 03:04:05Z`, as much of it as is known. */
export const pauseText = ({ user, at }: Pause): string => `${user === null ? '' : ` by ${user}`}${at === null ? '' : ` since ${moment(at)}`}`
