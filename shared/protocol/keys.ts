import type { AttemptId } from './attempt-id.js'

/**
 * Every Redis key of a queue lives under one hash tag, `{<prefix>:<queue>}`. So each Lua call touches one slot of a
 * cluster, and one ACL pattern confines a pool of workers to its own queues.
 */
export interface QueueKeys {
  /** BullMQ's key prefix; BullMQ appends `:<queue>:…`. */
  readonly bullPrefix: string
  /** The stream on which workers report. Never trimmed by length: that would drop entries nobody has read. */
  readonly events: string
  /** Hash {id, counter}: proves that Redis has not forgotten anything. */
  readonly epoch: string
  /** Holds the id of the worker that may run this attempt; expires with the lease. */
  readonly lease: (attempt: AttemptId) => string
  /** What the scheduler has to say about this attempt: `cancel`, `fenced` or `durable`. */
  readonly mark: (attempt: AttemptId) => string
  /** The stream with the newest log frames of a running attempt. */
  readonly liveLog: (attempt: AttemptId) => string
  /** Pub/sub channel: something was said about attempts or is wanted of workers, they should ask now. Losing a message costs the wait until the next renewal. */
  readonly told: string
  /** Hash from the id of a worker to what it says of itself: who serves this queue. */
  readonly workers: string
  /** Hash of what people want of the queue (field `*`) and of its workers (by id). The database has it too. */
  readonly control: string
  /** Hash from the name of an image to when the first task is due that needs it, milliseconds since the epoch. */
  readonly prefetch: string
  /** Hash from the id of a node to what its updater says of it. */
  readonly nodes: string
  /** Hash from the id of a node to what is wanted of it. The database has it too. */
  readonly releases: string
}

/**
 * Sorted set of the queues that somebody serves, by Redis' milliseconds: no DAG may have named them yet. Workers of all pools write
 * it, so nothing is decided by it. Losing it costs 15 s.
 */
export const servedKey = (prefix: string): string => `{${prefix}:${CONTROL_PLACE}}:served`

export function queueKeys(prefix: string, queue: string): QueueKeys {
  const tag = `{${prefix}:${queue}}`
  return {
    bullPrefix: tag,
    events: `${tag}:events`,
    epoch: `${tag}:epoch`,
    lease: attempt => `${tag}:lease:${attempt}`,
    mark: attempt => `${tag}:mark:${attempt}`,
    liveLog: attempt => `${tag}:log:${attempt}`,
    told: `${tag}:told`,
    workers: `${tag}:workers`,
    control: `${tag}:control`,
    prefetch: `${tag}:prefetch`,
    nodes: `${tag}:nodes`,
    releases: `${tag}:releases`,
  }
}

/** Whether workers touch a key. What they do not touch is out of reach of a stolen one. */
const WORKERS_TOUCH: Readonly<Record<Exclude<keyof QueueKeys, 'told'>, boolean>> = {
  bullPrefix: true, events: true, lease: true, mark: true, liveLog: true, workers: true, control: true, prefetch: true, nodes: true, releases: true,
  // A worker that could change it could make schedulers believe that Redis has forgotten.
  epoch: false,
}

/** Glob patterns of the keys of a queue that its workers touch. */
export function workerKeyPatterns(prefix: string, queue: string): string[] {
  const { bullPrefix, told: _, ...rest } = queueKeys(prefix, queue)
  const names = Object.entries(rest).filter(([name]) => WORKERS_TOUCH[name as keyof typeof WORKERS_TOUCH])
  return [`${bullPrefix}:${queue}:*`, ...names.map(([, key]) => (typeof key === 'string' ? key : key('*' as AttemptId)))]
}

/** Pub/sub channel that tells schedulers to look at the database now instead of at the next timer. Losing a message costs a second. */
export const wakeChannel = (prefix: string): string => `${prefix}:wake`

/** Pub/sub channel on which is told what changed (shared/live/). Losing a message costs those who look a reload. */
export const liveChannel = (prefix: string): string => `${prefix}:live`

/** Pub/sub channel on which somebody says that they listen to {@link liveChannel} from now on. Losing a message costs them a second. */
export const listeningChannel = (prefix: string): string => `${prefix}:listening`

/** Where nodes that serve no queue meet the schedulers; no queue can be called so. */
export const CONTROL_PLACE = '@control'

/** Name of the consumer group in which all schedulers share a queue's events. */
export const EVENT_GROUP = 'schedulers'

const PLAIN = '[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?'

/** Names of pools; and of queues, but for those that are taken. They appear in keys, file names and unit names. */
export const PLAIN_NAME = new RegExp(`^${PLAIN}$`)

/**
 * BullMQ names a job by its queue and its id: on a queue called `lease`, the job of an attempt and its lease would be one key.
 * So with whatever else has a key for each attempt.
 */
export const TAKEN_QUEUE_NAMES = ['lease', 'log', 'mark'] as const

export const QUEUE_NAME = new RegExp(`^(?!(?:${TAKEN_QUEUE_NAMES.join('|')})$)${PLAIN}$`)

/** For people. */
export const NO_QUEUE_NAME = `is not a queue name (lower case letters, digits, - and _; ${TAKEN_QUEUE_NAMES.join(', ')} are taken)`
