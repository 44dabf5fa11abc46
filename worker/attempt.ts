import type { RenewAnswer } from '../shared/broker/leases.js'
import type { AttemptId } from '../shared/protocol/attempt-id.js'
import type { WorkerEvent } from '../shared/protocol/events.js'
import type { JobPayload } from '../shared/protocol/job.js'
import type { Reservation } from './capacity/capacity.js'
import { monotonic, wallClock } from './clock.js'
import { StopCause, type StopRequest } from './ending.js'
import type { Executor, Run, SecretValues, Task } from './executors/executor.js'
import type { LogShipper } from './logs/log-shipper.js'
import type { Mask } from './logs/mask.js'
import type { QueueJob } from './queue/job-queue.js'
import type { Usage } from './resources/usage.js'
import type { Reporter } from './reporter.js'
import type { RosterEntry } from './roster.js'
import type { Slot } from './slots.js'

export interface AttemptOptions {
  readonly payload: JobPayload
  readonly queue: string
  readonly directory: string
  readonly executor: Executor
  readonly slot: Slot
  /** Its room; given back with the slot. */
  readonly room: Reservation
  readonly reporter: Reporter
  /** The BullMQ job, when this process took it. */
  readonly job: QueueJob | undefined
  /** A stop that a predecessor began. */
  readonly stop: StopRequest | null
}

/** The record of one attempt that this worker runs: what is known, what is wanted, who hears of it. */
export class Attempt implements RosterEntry, Task {
  readonly active = true
  renewedAt = monotonic()
  /** Monotonic time at which this process took it. */
  readonly bornAt = monotonic()
  /** Set when the task has started. */
  run: Run | null = null
  log: LogShipper | null = null
  /** Values of its secrets by variable, set just before it is created. */
  secrets: SecretValues = {}
  /** For whatever is told about it; null when it has no secrets. */
  mask: Mask | null = null
  /** Set when it has ended. */
  usage: Usage | null = null
  readonly #stopped = new AbortController()
  #stop: StopRequest | null
  #disowned: Extract<RenewAnswer, 'fenced' | 'owned' | 'durable'> | null = null
  #lastEvent: WorkerEvent | null = null
  #sent = true
  #later: NodeJS.Timeout | undefined

  constructor(readonly options: AttemptOptions) {
    this.#stop = options.stop
    if (options.stop !== null) this.#stopped.abort()
  }

  get id(): AttemptId { return this.options.payload.attempt }
  get attempt(): AttemptId { return this.options.payload.attempt }
  get queue(): string { return this.options.queue }
  get payload(): JobPayload { return this.options.payload }
  get directory(): string { return this.options.directory }
  get executor(): Executor { return this.options.executor }

  /** Why it is being stopped; null while it is not. */
  get stop(): StopRequest | null { return this.#stop }
  /** Aborted when it is to stop. */
  get stopSignal(): AbortSignal { return this.#stopped.signal }
  /** Why nothing may be reported about it; null while it is ours. */
  get disowned(): 'fenced' | 'owned' | 'durable' | null { return this.#disowned }

  /** Asks for a stop. The first cause stays, as it is the one that the task died of. */
  requestStop(cause: StopCause, detail: string): void {
    if (this.#stop !== null) return
    this.#stop = { cause, at: wallClock(), detail }
    this.#stopped.abort()
  }

  selfFence(): void {
    this.requestStop(StopCause.selfFenced, 'the worker could not reach Redis for so long that another one may have been given the task; it stopped the task')
  }

  hear(answer: RenewAnswer): void {
    switch (answer) {
      case 'held':
        if (!this.#sent) this.#resend()
        return
      case 'retaken':
        this.#resend()
        return
      case 'cancel':
        this.requestStop(StopCause.cancelled, 'it was cancelled')
        return
      case 'fenced':
      case 'owned':
      case 'durable':
        this.#disowned = answer
        this.requestStop(StopCause.disowned, `the attempt is not this worker's any more (${answer})`)
    }
  }

  /** Sends an event without waiting for it; the next renewal repeats it if Redis did not take it. */
  report(event: WorkerEvent): void {
    this.#lastEvent = event
    this.#resend()
  }

  /** Makes and sends it then, unless {@link reportNoMore} comes before. */
  reportAfter(milliseconds: number, make: () => WorkerEvent): void {
    this.#later = setTimeout(() => { this.report(make()) }, milliseconds)
  }

  /** What was to be sent later is not news any more. */
  reportNoMore(): void {
    clearTimeout(this.#later)
  }

  /** The event that a renewal repeats when Redis turns out to have forgotten; the claim itself has sent it. */
  reported(event: WorkerEvent): void {
    this.#lastEvent = event
  }

  #resend(): void {
    const event = this.#lastEvent
    if (event === null) return
    this.#sent = true
    void this.options.reporter.send(this.queue, event).then(sent => {
      if (!sent && this.#lastEvent === event) this.#sent = false
    })
  }
}
