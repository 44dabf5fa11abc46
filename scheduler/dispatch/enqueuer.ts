import { Queue, type JobsOptions } from 'bullmq'
import type { Redis } from 'ioredis'
import { crashPoint } from '../../shared/crash-point.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { queueKeys } from '../../shared/protocol/keys.js'
import type { SchedulerBus } from '../bus.js'
import type { Dispatched } from './dispatch.js'

/** Jobs leave no trace: ids are never reused, and history is the database's. */
const JOB_OPTIONS: JobsOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true }

/**
 * Puts committed attempts on their queues. Adding an id that exists changes nothing, so everything here may be repeated;
 * what is lost between commit and enqueue is found by the reconciler.
 */
export class Enqueuer {
  readonly #queues = new Map<string, Queue<JobPayload>>()
  readonly #underWay = new Set<Promise<void>>()
  #failed = false

  constructor(private readonly redis: Redis, private readonly prefix: string, private readonly bus: SchedulerBus, private readonly sign: (payload: JobPayload) => JobPayload) {}

  /** Whether something could not be enqueued since the last call; the reconciler asks. */
  takeFailed(): boolean {
    const failed = this.#failed
    this.#failed = false
    return failed
  }

  /** Begins to enqueue and returns at once: what fails is told on the bus and found by the reconciler. */
  enqueue(dispatched: readonly Dispatched[]): void {
    if (dispatched.length === 0) return
    crashPoint('scheduler.after-commit')
    const byQueue = new Map<string, Dispatched[]>()
    for (const one of dispatched) {
      const list = byQueue.get(one.payload.queue)
      if (list === undefined) byQueue.set(one.payload.queue, [one])
      else list.push(one)
    }
    for (const [queue, list] of byQueue) {
      const adding = this.#add(queue, list)
      this.#underWay.add(adding)
      void adding.finally(() => this.#underWay.delete(adding))
    }
  }

  async #add(queue: string, list: readonly Dispatched[]): Promise<void> {
    try {
      await this.queue(queue).addBulk(list.map(({ payload, priority }) => ({
        name: payload.task, data: this.sign(payload), opts: { ...JOB_OPTIONS, jobId: payload.attempt, priority },
      })))
      this.bus.emit('dispatched', { count: list.length })
    } catch (error) {
      this.#failed = true
      this.bus.emit('enqueue-failed', { queue, count: list.length, error })
    }
  }

  /** BullMQ's view of a queue, for the repair loops. */
  queue(name: string): Queue<JobPayload> {
    let queue = this.#queues.get(name)
    if (queue === undefined) {
      queue = new Queue<JobPayload>(name, { connection: this.redis, prefix: queueKeys(this.prefix, name).bullPrefix, skipVersionCheck: true })
      queue.on('error', () => {})
      this.#queues.set(name, queue)
    }
    return queue
  }

  async close(): Promise<void> {
    await Promise.all(this.#underWay)
    await Promise.all([...this.#queues.values()].map(queue => queue.close()))
    this.#queues.clear()
  }
}
