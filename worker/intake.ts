import type { Config } from '../shared/config/schema.js'
import type { Log } from '../shared/log.js'
import { FinishReason } from '../shared/states/attempt.js'
import type { AttemptId } from '../shared/protocol/attempt-id.js'
import type { JobPayload } from '../shared/protocol/job.js'
import { admit } from './admission.js'
import { Attempt } from './attempt.js'
import type { AttemptRunner } from './attempt-runner.js'
import { NOTHING, requestOf } from './capacity/amount.js'
import type { Capacity } from './capacity/capacity.js'
import { wallClock } from './clock.js'
import { unstarted } from './ending.js'
import type { EventMaker } from './event-maker.js'
import type { Executor } from './executors/executor.js'
import type { JobQueue, QueueJob } from './queue/job-queue.js'
import type { RefusalNotices } from './refusal-notices.js'
import type { Reporter } from './reporter.js'
import type { Settler } from './settler.js'
import type { SignatureCheck } from './signature.js'
import { both, type Slot } from './slots.js'
import type { StateDirectory } from './state/state-directory.js'
import type { WorkerEvents } from './worker-events.js'

const NO_LOG = { bytes: 0, lines: 0, truncated: false }

export interface IntakeOptions {
  readonly config: Config
  readonly state: StateDirectory
  readonly runner: AttemptRunner
  readonly settler: Settler
  readonly reporter: Reporter
  readonly maker: EventMaker
  readonly notices: RefusalNotices
  readonly events: WorkerEvents
  readonly log: Log
  readonly executorFor: (payload: JobPayload) => Executor
  readonly checkSignature: SignatureCheck
  readonly capacity: Capacity
}

/** What happens to each job between the queue and its attempt. */
export class Intake {
  /** Attempts that this process is busy with, from taking the job until it is done with them. */
  readonly #busy = new Map<string, Promise<void>>()

  constructor(private readonly options: IntakeOptions) {}

  isBusyWith(id: string): boolean {
    return this.#busy.has(id)
  }

  get size(): number {
    return this.#busy.size
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#busy.values())
  }

  /** Takes over a job with its slot. One bad job never keeps the next from running. */
  take(jobs: JobQueue, job: QueueJob, slot: Slot): void {
    this.track(job.id ?? '', this.#take(jobs, job, slot).finally(() => slot.release()))
  }

  /** Keeps a piece of work in view until it is done. */
  track(id: string, work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => this.options.log.error({ attempt: id, err: error }, 'an attempt was lost sight of; its lease is kept until this process ends'))
      .finally(() => {
        if (this.#busy.get(id) === done) this.#busy.delete(id)
      })
    this.#busy.set(id, done)
  }

  async #take(jobs: JobQueue, job: QueueJob, slot: Slot): Promise<void> {
    const { config, state, runner, reporter, executorFor, checkSignature, capacity } = this.options
    const { queue } = jobs
    const admission = admit(job, queue, config, checkSignature)
    switch (admission.kind) {
      case 'admitted': {
        const { payload } = admission
        const executor = executorFor(payload)
        const request = executor.kind === 'noop' ? NOTHING : requestOf(payload)
        const detail = capacity.neverFits(request)
        if (detail !== null) return this.#reject(queue, payload.attempt, detail, job)
        const room = capacity.request(request)
        // Another worker may have room; this one takes nothing until it has some itself, so it does not take the same job again.
        if (!room.enter()) return jobs.putBack([payload.attempt])
        const attempt = new Attempt({ payload, queue, directory: state.attempt(payload.attempt), executor, slot: both(room, slot), room, reporter, job, stop: null })
        return runner.run(attempt).finally(() => room.release())
      }
      case 'rejected':
        return this.#reject(queue, admission.attempt, admission.detail, job)
      case 'alien':
        return this.#refuse(jobs, job, admission.detail)
    }
  }

  /**
   * Takes a job away that no scheduler made, and says so. The attempt that it names is left alone: it may be a real one, which
   * runs elsewhere or whose own job this one has replaced; the scheduler's reconciler adds that again.
   */
  async #refuse(jobs: JobQueue, job: QueueJob, detail: string): Promise<void> {
    const { events, notices } = this.options
    const id = job.id ?? ''
    events.emit('alien', { queue: jobs.queue, job: id, detail })
    await notices.send(jobs.queue, id, job.data, detail)
    await jobs.discard(id)
  }

  async #reject(queue: string, id: AttemptId, detail: string, job: QueueJob): Promise<void> {
    const { maker, settler, state, events } = this.options
    const event = maker.finished(id, unstarted(FinishReason.rejected, detail, wallClock()), NO_LOG, null)
    await settler.settle({ id, queue, directory: state.attempt(id), executor: null, log: null, isLogShipped: false, job }, event, 'now')
    events.emit('finished', { attempt: id, queue, reason: event.reason, exitCode: null, detail: event.detail })
  }
}
