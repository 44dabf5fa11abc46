import type { Log } from '../../shared/log.js'
import type { Service } from '../../shared/lifecycle.js'
import { Loop } from '../../shared/loop.js'
import { crashPoint } from '../../shared/crash-point.js'
import { within } from '../clock.js'
import type { Gate } from '../gate.js'
import type { Slot, Slots } from '../slots.js'
import type { JobQueue, QueueJob } from './job-queue.js'

/** Jobs asked for at once while a queue is full: one round trip each, so that a fast worker does not wait for them in turn. */
const MAX_WIDTH = 16

export interface FetcherOptions {
  readonly jobs: JobQueue
  readonly slots: Slots
  readonly gate: Gate
  readonly log: Log
  /** Takes over the job and its slot. */
  readonly onJob: (job: QueueJob, slot: Slot) => void
}

/**
 * Takes jobs of one queue while a slot is free. A slot is held only for as long as it takes to ask for a job: while a queue
 * is empty its fetcher waits for news without one, so idle queues cost busy ones nothing. When news comes and another queue
 * has taken the last slot, the news is passed on to other workers.
 */
export class Fetcher implements Service {
  readonly name: string
  readonly #loop: Loop
  #stopping = new AbortController()
  #width = 1
  #reserved: Slot | null = null

  constructor(private readonly options: FetcherOptions) {
    this.name = `fetch ${options.jobs.queue}`
    this.#loop = new Loop({ name: this.name, log: options.log, runOnce: () => this.runOnce() })
  }

  start(): Promise<void> {
    this.#stopping = new AbortController()
    return this.#loop.start()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await within(2_000, this.#loop.stop())
    this.#reserved?.release()
    this.#reserved = null
  }

  /** Takes what there is, or waits until there may be more. */
  async runOnce(): Promise<number> {
    const { gate, slots, jobs } = this.options
    const { signal } = this.#stopping
    await gate.whenOpen(signal)
    const slot = this.#reserved ?? await slots.acquire(signal, jobs.queue)
    this.#reserved = null
    if (slot === null) return 0
    if (signal.aborted || !gate.isOpen) {
      slot.release()
      return 0
    }
    if (!await this.#take(slot)) return 0
    if (await jobs.waitForNews(signal)) {
      this.#reserved = gate.isOpen && !signal.aborted ? slots.tryAcquire(jobs.queue) : null
      if (this.#reserved === null) await jobs.passOn()
    }
    return 0
  }

  /** Asks for as many jobs as the queue seems to hold and slots are free; true when it ran empty. */
  async #take(first: Slot): Promise<boolean> {
    const held = [first]
    while (held.length < this.#width) {
      const more = this.options.slots.tryAcquire(this.options.jobs.queue)
      if (more === null) break
      held.push(more)
    }
    const taken = await Promise.allSettled(held.map(slot => this.#takeOne(slot)))
    const failure = taken.find(result => result.status === 'rejected')
    if (failure !== undefined) throw failure.reason
    const ranEmpty = taken.some(result => result.status === 'fulfilled' && !result.value)
    this.#width = ranEmpty ? 1 : Math.min(MAX_WIDTH, this.#width * 2)
    return ranEmpty
  }

  async #takeOne(slot: Slot): Promise<boolean> {
    let job: QueueJob | undefined
    try {
      job = await this.options.jobs.pop()
    } finally {
      if (job === undefined) slot.release()
    }
    if (job === undefined) return false
    crashPoint('worker.after-pop')
    // Closed while this job was on its way.
    if (this.#stopping.signal.aborted || !this.options.gate.isOpen) {
      slot.release()
      await this.options.jobs.putBack([job.id as string])
      return false
    }
    this.options.onJob(job, slot)
    return true
  }
}
