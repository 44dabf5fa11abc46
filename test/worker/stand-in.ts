import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import type { Mark } from '../../shared/broker/leases.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { WorkerEvent, type FinishedEvent, type WorkerEventType } from '../../shared/protocol/events.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { RefusalNotice } from '../../shared/protocol/refusal-notice.js'
import { queueKeys } from '../../shared/protocol/keys.js'
import { atEnd } from '../harness/cleanup.js'
import { until } from '../harness/wait.js'

export const PREFIX = 'longshore'

/** Plays the scheduler: enqueues attempts, reads what workers report, and says what is durable, cancelled or fenced. */
export class StandIn {
  readonly redis: Redis
  /** Jobs that workers refused because no scheduler made them. */
  readonly notices: RefusalNotice[] = []
  readonly #keys
  readonly #queue: Queue
  readonly #events: WorkerEvent[] = []
  #last = '0'
  #next: number

  constructor(url: string, readonly queue = 'default', firstInstance = 1) {
    this.redis = new Redis(url, { maxRetriesPerRequest: null })
    this.redis.on('error', () => {})
    this.#keys = queueKeys(PREFIX, queue)
    this.#queue = new Queue(queue, { connection: this.redis, prefix: this.#keys.bullPrefix })
    this.#queue.on('error', () => {})
    this.#next = firstInstance
    atEnd(() => this.close())
  }

  nextId(): AttemptId {
    return `${this.#next++}.1`
  }

  /** Enqueues one attempt and returns its id. */
  async enqueue(task: Partial<JobPayload> = {}): Promise<AttemptId> {
    const attempt = task.attempt ?? this.nextId()
    await this.enqueueRaw(attempt, payload({ attempt, queue: this.queue, ...task }))
    return attempt
  }

  async enqueueMany(count: number, task: Partial<JobPayload> = {}): Promise<AttemptId[]> {
    const ids = Array.from({ length: count }, () => this.nextId())
    await this.#queue.addBulk(ids.map(attempt => ({
      name: 'task', data: payload({ attempt, queue: this.queue, ...task }), opts: { jobId: attempt, priority: 10, removeOnComplete: true, removeOnFail: true },
    })))
    return ids
  }

  async enqueueRaw(jobId: string, data: unknown): Promise<void> {
    await this.#queue.add('task', data, { jobId, priority: 10, removeOnComplete: true, removeOnFail: true })
  }

  /** A job whose data is any text, as if somebody had written it straight into Redis. */
  async enqueueBroken(jobId: string, data: string): Promise<void> {
    await this.#queue.pause()
    await this.enqueueRaw(jobId, {})
    await this.overwrite(jobId, data)
    await this.#queue.resume()
  }

  /** A job that asks BullMQ to keep it when it is over, which no scheduler does. */
  async enqueueKept(jobId: string, data: unknown): Promise<void> {
    await this.#queue.add('task', data, { jobId, priority: 10, removeOnComplete: false, removeOnFail: false })
  }

  /** The one job that waits, as it stands in Redis. */
  async onlyJob(): Promise<{ readonly id: AttemptId; readonly data: string } | null> {
    const [first, ...more] = await this.#queue.getJobs(['prioritized', 'wait'])
    if (first === undefined || more.length > 0) return null
    return { id: first.id as AttemptId, data: await this.redis.hget(this.#keyOf(first.id as string), 'data') ?? '' }
  }

  /** The keys that the jobs that wait are signed with. */
  async signers(): Promise<ReadonlySet<string | undefined>> {
    return new Set((await this.#queue.getJobs(['prioritized', 'wait'])).map(job => (job.data as JobPayload).signature?.key))
  }

  /** As if Redis had never had it. */
  async forget(jobId: string): Promise<void> {
    await (await this.#queue.getJob(jobId))?.remove()
  }

  /** What somebody with access to Redis can do to a job. */
  async overwrite(jobId: string, data: string): Promise<void> {
    await this.redis.hset(this.#keyOf(jobId), 'data', data)
  }

  async mark(attempt: AttemptId, mark: Mark): Promise<void> {
    await this.redis.set(this.#keys.mark(attempt), mark, 'PX', 60_000)
  }

  async unmark(attempt: AttemptId): Promise<void> {
    await this.redis.del(this.#keys.mark(attempt))
  }

  owner(attempt: AttemptId): Promise<string | null> {
    return this.redis.get(this.#keys.lease(attempt))
  }

  leaseMs(attempt: AttemptId): Promise<number> {
    return this.redis.pttl(this.#keys.lease(attempt))
  }

  /** Every event so far, each checked against its schema. */
  async events(): Promise<WorkerEvent[]> {
    const entries = await this.redis.xrange(this.#keys.events, this.#last === '0' ? '-' : `(${this.#last}`, '+')
    for (const [id, fields] of entries) {
      const content: unknown = JSON.parse(fields[1] as string)
      const notice = RefusalNotice.safeParse(content)
      if (notice.success) this.notices.push(notice.data)
      else this.#events.push(WorkerEvent.parse(content))
      this.#last = id
    }
    return this.#events
  }

  /** In what it was started, as told. A worker that takes it over tells of the same start again. */
  async containersOf(attempt: AttemptId): Promise<string[]> {
    return [...new Set((await this.eventsOf(attempt)).flatMap(event => (event.type === 'started' && event.container !== null ? [event.container] : [])))]
  }

  async eventsOf(attempt: AttemptId, type?: WorkerEventType): Promise<WorkerEvent[]> {
    return (await this.events()).filter(event => event.attempt === attempt && (type === undefined || event.type === type))
  }

  waitFor(attempt: AttemptId, type: WorkerEventType, timeout = 20_000): Promise<WorkerEvent> {
    return until(async () => (await this.eventsOf(attempt, type))[0], { timeout, describe: `the ${type} event of ${attempt}` })
  }

  /** Waits for the finish, confirms it, and waits until the worker has put everything away. */
  async settle(attempt: AttemptId, timeout = 20_000): Promise<FinishedEvent> {
    const event = await this.waitFor(attempt, 'finished', timeout) as FinishedEvent
    await this.mark(attempt, 'durable')
    await this.gone(attempt)
    return event
  }

  async has(attempt: AttemptId): Promise<boolean> {
    return await this.#queue.getJob(attempt) !== undefined
  }

  async gone(attempt: AttemptId): Promise<void> {
    await until(async () => await this.#queue.getJob(attempt) === undefined, { timeout: 20_000, describe: `the job ${attempt} to be completed` })
  }

  #keyOf(jobId: string): string {
    return `${this.#keys.bullPrefix}:${this.queue}:${jobId}`
  }

  jobCounts(): Promise<Record<string, number>> {
    return this.#queue.getJobCounts('active', 'wait', 'prioritized', 'completed', 'failed', 'delayed')
  }

  async close(): Promise<void> {
    await this.#queue.close().catch(() => {})
    this.redis.disconnect()
  }
}

/** A whole payload; what a test does not care about is plain. */
export function payload(task: Partial<JobPayload> & Pick<JobPayload, 'attempt'>): JobPayload {
  return {
    v: 1, queue: 'default', dag: 'team.dag', task: 'task', run: 'run-1', mapIndex: -1, tryNumber: 1, kind: 'process', image: null, entrypoint: null,
    command: ['true'], env: {}, mounts: [], network: null, user: null, workdir: null, cpus: null, memory: null, shm: null, gpus: null, pull: 'missing',
    labels: {}, stopGrace: 5_000, timeout: null, result: false, log: `team.dag/run-1/${task.attempt}`, ...task,
  }
}
