import type { Log } from '../../shared/log.js'
import type { Service } from '../../shared/lifecycle.js'
import { Loop } from '../../shared/loop.js'
import type { JobQueue } from './job-queue.js'

const SWEEP_EVERY_MS = 60_000

export interface OrphanSweepOptions {
  /** The queues that are served, now. */
  readonly queues: () => readonly JobQueue[]
  /** Whether anything in this process knows the job. */
  readonly isKnown: (id: string) => boolean
  readonly log: Log
}

/**
 * Puts back jobs that are locked by this worker and that it does not know: a process died, or a connection was cut, between
 * taking a job and hearing which. The scheduler would find them too, at the deadline for queued attempts.
 */
export class OrphanSweep implements Service {
  readonly name = 'orphans'
  readonly #loop: Loop
  /** Unknown at the last sweep: an answer that is only on its way has arrived by the next one. */
  #suspects = new Set<string>()

  constructor(private readonly options: OrphanSweepOptions) {
    this.#loop = new Loop({ name: this.name, log: options.log, runOnce: () => this.runOnce() })
  }

  start(): Promise<void> {
    return this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  async runOnce(): Promise<number> {
    const suspects = new Set<string>()
    for (const jobs of this.options.queues()) {
      const orphans = (await jobs.lockedByUs()).filter(id => !this.options.isKnown(id))
      await this.#putBack(jobs, orphans.filter(id => this.#suspects.has(id)))
      for (const id of orphans) suspects.add(id)
    }
    this.#suspects = suspects
    return SWEEP_EVERY_MS
  }

  /** What a predecessor took and left no trace of. Only before the first fetch of this process. */
  async takeOver(traced: ReadonlySet<string>): Promise<void> {
    for (const jobs of this.options.queues()) await this.#putBack(jobs, (await jobs.lockedByUs()).filter(id => !traced.has(id)))
  }

  async #putBack(jobs: JobQueue, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    await jobs.putBack(ids)
    this.options.log.warn({ loop: this.name, queue: jobs.queue, jobs: ids.slice(0, 10) }, `${ids.length} jobs were taken and never claimed; they are back in their queue`)
  }
}
