import { z } from 'zod'
import { QUEUE_NAME } from './keys.js'

/** Stands for every queue of a worker, whatever it is told to serve later. */
export const ALL_QUEUES = '*'

const queue = z.string().regex(QUEUE_NAME)

/** How a worker process shall end. A new process is a new decision: the wish holds for this one only. */
export const EndWish = z.object({
  /** The process that is meant. */
  boot: z.string(),
  /** Milliseconds, from when the worker hears of it, that tasks have to end; null: as long as they take. 0 is a shutdown. */
  deadline: z.number().int().min(0).nullable(),
  /** What becomes of tasks that still run then: they run on for the next process, or are stopped and run elsewhere. */
  then: z.enum(['detach', 'stop']),
})
export type EndWish = z.infer<typeof EndWish>

/** What people want of one worker. Kept in the database; Redis only carries it. */
export const WorkerWishes = z.object({
  v: z.literal(1),
  /** Grows with every change: milliseconds since the epoch by the database's clock. */
  revision: z.number().int(),
  /** Null: as its settings say. */
  concurrency: z.number().int().min(1).max(10_000).nullable(),
  /** The queues that it serves; null: as its settings say. */
  queues: z.array(queue).min(1).nullable(),
  /** Queues from which it takes nothing. */
  paused: z.array(z.union([queue, z.literal(ALL_QUEUES)])),
  /** Who paused, and when by the database's clock; absent when nothing is paused, or nobody said who. */
  pausedBy: z.object({ user: z.string(), at: z.number().int() }).optional(),
  end: EndWish.nullable(),
})
export type WorkerWishes = z.infer<typeof WorkerWishes>

/** What people want of a queue, of all of its workers. */
export const QueueWishes = z.object({ v: z.literal(1), revision: z.number().int(), paused: z.boolean() })
export type QueueWishes = z.infer<typeof QueueWishes>

export const NO_WISHES: WorkerWishes = { v: 1, revision: 0, concurrency: null, queues: null, paused: [], end: null }
