import { randomUUID } from 'node:crypto'
import { Worker, type Job } from 'bullmq'
import type { Redis } from 'ioredis'
import { Leases, type ClaimAnswer } from '../../shared/broker/leases.js'
import { blockingOptions, commandOptions, openRedis } from '../../shared/broker/redis.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { EVENT_SEQ, type FinishedEvent, type WorkerEvent } from '../../shared/protocol/events.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { queueKeys } from '../../shared/protocol/keys.js'

/** What the script makes of a job; null: claim it and never answer. */
export type Answer = Partial<Pick<FinishedEvent, 'exitCode' | 'reason' | 'result' | 'detail'>> | null

export interface ScriptedWorkerOptions {
  readonly redisUrl: string
  readonly queue: string
  readonly prefix?: string
  readonly leaseTtl?: number
  readonly answer: (job: JobPayload) => Answer | Promise<Answer>
  /** Takes jobs off the queue without claiming them, like a worker that dies in between. */
  readonly claims?: boolean
}

/** Speaks a worker's side of the protocol without running anything, so that tests decide what a task does. */
export class ScriptedWorker {
  readonly id = randomUUID()
  readonly jobs: JobPayload[] = []
  readonly refused: ClaimAnswer[] = []
  readonly #redis: Redis
  readonly #bull: Worker<JobPayload>
  readonly #leases: Leases
  readonly #held: Redis
  #stopping = false
  readonly #loop: Promise<void>
  readonly #working = new Set<Promise<void>>()

  constructor(private readonly options: ScriptedWorkerOptions) {
    const prefix = options.prefix ?? 'longshore'
    this.#redis = openRedis(commandOptions(options.redisUrl))
    this.#held = openRedis(blockingOptions(options.redisUrl))
    this.#leases = new Leases(this.#redis, prefix, options.queue, this.id)
    this.#bull = new Worker<JobPayload>(options.queue, null, {
      connection: this.#held, prefix: queueKeys(prefix, options.queue).bullPrefix, autorun: false, skipStalledCheck: true, lockDuration: 300_000, drainDelay: 1,
    })
    this.#bull.on('error', () => {})
    this.#loop = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#bull.close(true)
    await this.#loop
    await Promise.all(this.#working)
    this.#redis.disconnect()
    this.#held.disconnect()
  }

  /** Reports an event again, or one that never was. */
  report(event: WorkerEvent): Promise<void> {
    return this.#leases.report(event)
  }

  renew(attempt: AttemptId): Promise<string | undefined> {
    return this.#leases.renew([attempt], this.options.leaseTtl ?? 300_000).then(answers => answers.get(attempt))
  }

  event(attempt: AttemptId, answer: NonNullable<Answer> = {}): FinishedEvent {
    const time = performance.timeOrigin + performance.now()
    return {
      v: 1, type: 'finished', seq: EVENT_SEQ.finished, attempt, worker: this.id, workerName: 'scripted', boot: this.id, ts: time, container: null, imageDigest: null,
      startedAt: time, finishedAt: time, exitCode: 0, reason: 'exited', detail: null, log: { bytes: 0, lines: 0, truncated: false }, result: null, ...answer,
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        const job = await this.#bull.getNextJob(this.id, { block: true })
        if (job === undefined || this.options.claims === false) continue
        const work = this.#work(job).catch(() => {})
        this.#working.add(work)
        void work.finally(() => this.#working.delete(work))
      } catch {
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    }
  }

  async #work(job: Job<JobPayload>): Promise<void> {
    const { attempt } = job.data as { attempt: AttemptId }
    const { exitCode, ...base } = this.event(attempt)
    const claimed: WorkerEvent = { v: 1, type: 'claimed', seq: EVENT_SEQ.claimed, attempt, worker: base.worker, workerName: base.workerName, boot: base.boot, ts: base.ts }
    const claim = await this.#leases.claim(attempt, this.options.leaseTtl ?? 300_000, claimed)
    if (claim !== 'claimed') {
      this.refused.push(claim)
      return
    }
    this.jobs.push(job.data)
    const answer = await this.options.answer(job.data)
    if (answer === null) return
    await this.report({ ...this.event(attempt), exitCode, ...answer })
    await job.moveToCompleted(null as never, this.id, false).catch(() => {})
  }
}
