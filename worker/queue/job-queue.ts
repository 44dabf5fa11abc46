import { Job, QueueKeys, RedisConnection, RedisQueueBackend } from 'bullmq'
import { Redis, type RedisOptions } from 'ioredis'
import { isOutage } from '../../shared/outage.js'
import { queueKeys } from '../../shared/protocol/keys.js'
import { sleep, within } from '../clock.js'
import { TolerantWorker } from './tolerant-worker.js'

/** How long one wait for news blocks in Redis. */
const BLOCK_SECONDS = 5
/** A wait that takes longer than this is stuck, whatever its connection believes (BullMQ issues 3088 and 3185). */
const STUCK_AFTER_MS = 20_000
/** Ids of active jobs looked at in one call. */
const ACTIVE_PAGE = 1_000

export type QueueJob = Job<unknown, unknown, string>

export interface JobQueueOptions {
  readonly queue: string
  readonly prefix: string
  /** The worker's one connection for commands, shared by all of its queues. */
  readonly redis: Redis
  readonly blocking: RedisOptions
  /** Lock token: the worker's UUID, so that the next process can go on with the jobs of this one. */
  readonly token: string
  readonly lockMs: number
}

/**
 * One BullMQ queue, as far as a worker uses it: take a job, wait for news, complete, put back, keep locks. BullMQ retries,
 * delays, stalled handling and processors are not used.
 */
export class JobQueue {
  #bull: TolerantWorker | null = null

  constructor(private readonly options: JobQueueOptions) {}

  get queue(): string {
    return this.options.queue
  }

  /** The next job, locked with our token; undefined when there is none. */
  pop(): Promise<QueueJob | undefined> {
    return this.#worker().getNextJob(this.options.token, { block: false })
  }

  /**
   * Blocks until there may be a job, at most for some seconds; true when there was news. News wakes one worker only: who
   * takes no job after it must {@link passOn} the news.
   *
   * Waiting apart from taking is what lets several queues share the last free slots. Rejected: `getNextJob({block: true})`,
   * which comes back with a job for which there may be no slot any more; putting it back (`moveToWait`) writes no marker
   * for prioritised jobs, so the other workers sleep on beside it until their block times out.
   */
  async waitForNews(signal: AbortSignal): Promise<boolean> {
    const worker = this.#worker()
    const limited = await worker.getBackend().getRateLimitTtl()
    if (limited > 0) {
      // No marker appears when a rate limit ends.
      await sleep(Math.min(limited, BLOCK_SECONDS * 1_000), signal)
      return true
    }
    const settled = new AbortController()
    const news = worker.getBackend().waitForJob(BLOCK_SECONDS).then(found => found !== null)
    // When the wait is given up below, nobody is left to hear of its failure.
    news.catch(() => {})
    const givenUp = sleep(STUCK_AFTER_MS, AbortSignal.any([settled.signal, signal])).then(() => null)
    try {
      const outcome = await Promise.race([news, givenUp])
      if (outcome === null) {
        if (!signal.aborted) await this.close()
        // The blocked call goes on for some seconds after a queue was paused here; other workers shall have what it catches.
        else void news.then(async found => { if (found) await this.passOn() }).catch(() => {})
      }
      return outcome ?? false
    } finally {
      settled.abort(null)
    }
  }

  /** Gives the news that we took to another worker. */
  async passOn(): Promise<void> {
    const marker = this.#worker().keys['marker'] as string
    await this.options.redis.zadd(marker, 0, '0')
  }

  /** Removes a finished job, whoever holds its lock by now: the attempt is over, and ids are never used again. */
  async complete(id: string, kept?: QueueJob): Promise<void> {
    const job = kept ?? await Job.fromId<unknown, unknown, string>(this.#worker(), id)
    if (job === undefined) return
    try {
      await job.moveToCompleted(null, this.options.token, false)
    } catch (error) {
      if (isOutage(error)) throw error
      // The lock was lost, or the job was moved by somebody else.
      await Job.fromId(this.#worker(), id).then(left => left?.remove()).catch((removal: unknown) => {
        if (isOutage(removal)) throw removal
      })
    }
  }

  /**
   * Removes an active job that no scheduler made. BullMQ's own ways follow what stands in the job (kept results, parents), which
   * is in a stranger's hand here; and a job that stays under the id of an attempt would keep the real one from being added.
   */
  async discard(id: string): Promise<void> {
    const worker = this.#worker()
    const key = worker.toKey(id)
    await this.options.redis.multi().lrem(worker.keys['active'] as string, 0, id).del(key, `${key}:lock`, `${key}:logs`).exec()
  }

  /** Puts jobs back untouched, at the head of their priority. */
  async putBack(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#worker().getBackend().moveJobFromActiveToWait(id, this.options.token)
    await this.passOn()
  }

  async extendLocks(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    await this.#worker().extendJobLocks([...ids], ids.map(() => this.options.token), this.options.lockMs)
  }

  /** Jobs that were taken with our token and are not completed. */
  async lockedByUs(): Promise<string[]> {
    const worker = this.#worker()
    const { redis, token } = this.options
    const ours: string[] = []
    const ids = await redis.lrange(worker.keys['active'] as string, 0, -1)
    for (let from = 0; from < ids.length; from += ACTIVE_PAGE) {
      const page = ids.slice(from, from + ACTIVE_PAGE)
      const locks = await redis.mget(page.map(id => `${worker.toKey(id)}:lock`))
      ours.push(...page.filter((_, index) => locks[index] === token))
    }
    return ours
  }

  /** Does not wait for Redis. */
  async close(): Promise<void> {
    const bull = this.#bull
    this.#bull = null
    // Forced: a graceful close waits for the blocked call (4.8 s measured) and then rejects it.
    if (bull !== null) await within(2_000, bull.close(true))
  }

  #worker(): TolerantWorker {
    this.#bull ??= this.#build()
    return this.#bull
  }

  #build(): TolerantWorker {
    const { queue, prefix, redis, blocking, lockMs } = this.options
    const bullPrefix = queueKeys(prefix, queue).bullPrefix
    // BullMQ's own factory would duplicate the command connection for blocking, with its timeouts.
    const worker = new TolerantWorker(queue, null, {
      connection: redis, prefix: bullPrefix, autorun: false, skipStalledCheck: true, lockDuration: lockMs, skipVersionCheck: true,
    }, (name, backendOptions) => {
      const keys = new QueueKeys(bullPrefix)
      const shared = new RedisConnection(redis, { shared: true, blocking: false, skipVersionCheck: true })
      const own = new RedisConnection(new Redis(blocking), { shared: false, blocking: true, skipVersionCheck: true })
      return new RedisQueueBackend(shared, name, keys.getKeys(name), type => keys.toKey(name, type), backendOptions, own)
    })
    // Outages reach the callers of the methods above; the event only needs a listener.
    worker.on('error', () => {})
    return worker
  }
}
