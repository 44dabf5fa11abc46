import { setTimeout as delay } from 'node:timers/promises'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { MARK_TTL_MS } from '../shared/broker/leases.js'
import type { FinishedEvent, WorkerEvent } from '../shared/protocol/events.js'
import type { JobPayload } from '../shared/protocol/job.js'
import { queueKeys } from '../shared/protocol/keys.js'
import { until } from '../test/harness/wait.js'
import type { Batch } from './bare-loop.js'

const PREFIX = 'longshore'
const READ_EVERY_MS = 10

/** The scheduler's part of a task's life and nothing else: puts jobs on a queue, reads what workers report, and confirms it. */
export class QueueFeeder {
  readonly #keys
  readonly #redis: Redis
  readonly #reading: Redis
  readonly #adding: Redis
  readonly #queue: Queue
  #last = '0'

  constructor(url: string, queue: string) {
    this.#keys = queueKeys(PREFIX, queue)
    this.#redis = new Redis(url)
    this.#reading = new Redis(url)
    this.#adding = new Redis(url, { maxRetriesPerRequest: null })
    this.#queue = new Queue(queue, { connection: this.#adding, prefix: this.#keys.bullPrefix })
  }

  /** Has a worker run these; the batch ends when nothing of them is left on the queue, which is after their containers. */
  async run(payloads: readonly JobPayload[]): Promise<Batch> {
    const own = new Set<string>(payloads.map(({ attempt }) => attempt))
    const claimed = new Map<string, number>()
    const finished = new Map<string, FinishedEvent>()
    const began = performance.now()
    await this.#queue.addBulk(payloads.map(data => ({ name: 'task', data, opts: { jobId: data.attempt, priority: 10, removeOnComplete: true, removeOnFail: true } })))
    while (finished.size < payloads.length) {
      const confirmations = this.#redis.pipeline()
      for (const event of await this.#read()) {
        if (event.type === 'claimed') claimed.set(event.attempt, event.ts)
        // A finish may be repeated, also into the next batch.
        if (event.type !== 'finished' || !own.has(event.attempt)) continue
        if (event.exitCode !== 0) throw new Error(`an attempt of the benchmark went wrong: ${JSON.stringify(event)}`)
        finished.set(event.attempt, event)
        confirmations.set(this.#keys.mark(event.attempt), 'durable', 'PX', MARK_TTL_MS.durable)
      }
      if (confirmations.length > 0) await confirmations.exec()
      // It shares the machine with what is measured: what comes close together is read together.
      await delay(READ_EVERY_MS)
    }
    await until(async () => Object.values(await this.#queue.getJobCounts('active', 'prioritized')).every(count => count === 0), { timeout: 60_000, interval: READ_EVERY_MS, describe: 'the last job to be settled' })
    const wallMs = performance.now() - began
    return { wallMs, lives: [...finished].map(([id, { ts }]) => ts - (claimed.get(id) ?? Number.NaN)) }
  }

  async close(): Promise<void> {
    await this.#queue.close()
    this.#adding.disconnect()
    this.#reading.disconnect()
    this.#redis.disconnect()
  }

  async #read(): Promise<WorkerEvent[]> {
    const answer = await this.#reading.xread('BLOCK', 60_000, 'STREAMS', this.#keys.events, this.#last)
    if (answer === null) throw new Error('the worker has reported nothing for a minute')
    return answer.flatMap(([, entries]) => entries.map(([id, fields]) => {
      this.#last = id
      return JSON.parse(fields[1] as string) as WorkerEvent
    }))
  }
}
