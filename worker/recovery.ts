import type { Config } from '../shared/config/schema.js'
import type { RenewAnswer } from '../shared/broker/leases.js'
import type { Log } from '../shared/log.js'
import type { AttemptId } from '../shared/protocol/attempt-id.js'
import { FinishReason } from '../shared/states/attempt.js'
import { Attempt } from './attempt.js'
import type { AttemptRunner } from './attempt-runner.js'
import { requestOf } from './capacity/amount.js'
import type { Capacity } from './capacity/capacity.js'
import type { Cleaner, Leftovers } from './cleaner.js'
import { monotonic, sleep, wallClock } from './clock.js'
import { unstarted } from './ending.js'
import type { EventMaker } from './event-maker.js'
import type { FoundContainer } from './executors/docker/docker-executor.js'
import type { Executor, Observation, TaskRef } from './executors/executor.js'
import type { QueueLinks } from './queue/queue-link.js'
import { recoveryStep } from './recovery-plan.js'
import type { Reporter } from './reporter.js'
import type { Roster } from './roster.js'
import type { Settler } from './settler.js'
import type { SignatureCheck } from './signature.js'
import { both, type Slots } from './slots.js'
import type { Intent, Journal, SpoolEntry } from './state/journal.js'
import type { StateDirectory } from './state/state-directory.js'
import { readStop } from './supervisor.js'
import type { WorkerEvents } from './worker-events.js'

const OBSERVE_RETRY_MS = 2_000
const NO_LOG = { bytes: 0, lines: 0, truncated: false }

export interface RecoveryOptions {
  readonly config: Config
  readonly state: StateDirectory
  readonly journal: Journal
  readonly links: QueueLinks
  readonly roster: Roster
  readonly slots: Slots
  readonly capacity: Capacity
  readonly runner: AttemptRunner
  readonly settler: Settler
  readonly cleaner: Cleaner
  readonly reporter: Reporter
  readonly maker: EventMaker
  readonly events: WorkerEvents
  readonly log: Log
  readonly executors: Readonly<Record<'docker' | 'process', Executor>>
  /** Every container of ours; empty when Docker is not there. */
  readonly listContainers: () => Promise<FoundContainer[]>
  readonly checkSignature: SignatureCheck
  readonly detach: AbortSignal
}

/** Something that a predecessor has left. */
interface Found {
  readonly id: AttemptId
  readonly queue: string
  readonly intent: Intent | null
  readonly finish: SpoolEntry | null
}

/** Takes over what the process before this one has left: on disk, in Docker, in Redis. */
export class Recovery {
  constructor(private readonly options: RecoveryOptions) {}

  /**
   * Renews every lease first, so that nothing is declared lost meanwhile, and puts everything in its place. `done` settles
   * when this process has nothing more to do with an attempt.
   */
  async recover(): Promise<{ readonly ongoing: readonly { readonly id: AttemptId; readonly done: Promise<void> }[] }> {
    const found = await this.#find()
    const answers = await this.#renew(found)
    const taken = found.map(entry => ({ id: entry.id, ...this.#take(entry, answers.get(entry.id) ?? 'held') }))
    await Promise.all(taken.map(({ placed }) => placed))
    return { ongoing: taken.map(({ id, done }) => ({ id, done })) }
  }

  async #find(): Promise<Found[]> {
    const { journal, listContainers } = this.options
    const [intents, finishes, containers] = await Promise.all([journal.intents(), journal.finishes(), listContainers()])
    const queues = new Map<AttemptId, string>(containers.map(({ attempt, queue }) => [attempt, queue]))
    for (const [id, { queue }] of [...intents, ...finishes]) queues.set(id, queue)
    return [...queues].map(([id, queue]) => ({ id, queue, intent: intents.get(id) ?? null, finish: finishes.get(id) ?? null }))
  }

  async #renew(found: readonly Found[]): Promise<Map<AttemptId, RenewAnswer>> {
    const answers = new Map<AttemptId, RenewAnswer>()
    for (const queue of new Set(found.map(entry => entry.queue))) {
      const ids = found.filter(entry => entry.queue === queue).map(({ id }) => id)
      for (const [id, answer] of await this.options.links.of(queue).leases.renew(ids, this.options.config.leaseTtl)) answers.set(id, answer)
    }
    return answers
  }

  /** `placed`: its lease is kept and its slot is taken. `done`: this process has nothing more to do with it. */
  #take(found: Found, answer: RenewAnswer): { placed: Promise<void>; done: Promise<void> } {
    const { cleaner, settler, events } = this.options
    const { id, queue, finish } = found
    if (answer === 'fenced' || answer === 'owned' || answer === 'durable') {
      if (finish === null) events.emit('dropped', { attempt: id, queue, why: answer })
      cleaner.clean(this.#leftovers(found), answer, null)
      return { placed: Promise.resolve(), done: Promise.resolve() }
    }
    if (finish !== null) {
      const settled = settler.settle(this.#leftovers(found), finish.event)
      return { placed: Promise.resolve(), done: settled }
    }
    if (found.intent === null) return { placed: Promise.resolve(), done: this.#abandon(found, 'the worker found its container but not what it was told to run') }
    const attempt = this.#attempt(found, found.intent)
    return { placed: attempt.then(() => {}), done: attempt.then(taken => this.#resume(taken, found.intent as Intent, answer)) }
  }

  async #attempt({ id, queue }: Found, { payload, executor }: Intent): Promise<Attempt> {
    const { state, executors, slots, capacity, reporter, roster, maker } = this.options
    const directory = await state.makeAttempt(id)
    const stop = await readStop({ attempt: id, directory })
    const room = capacity.request(requestOf(payload))
    // Until it is known that it does not run.
    room.force()
    const attempt = new Attempt({ payload, queue, directory, executor: executors[executor], slot: both(room, slots.force()), room, reporter, job: undefined, stop })
    attempt.reported(maker.claimed(id))
    attempt.renewedAt = monotonic()
    roster.put(attempt)
    return attempt
  }

  async #resume(attempt: Attempt, intent: Intent, answer: RenewAnswer): Promise<void> {
    const { runner, events, checkSignature } = this.options
    const seen = await this.#observe(attempt.executor, attempt)
    if (seen === null) return
    const step = recoveryStep({ intent, seen, answer, now: wallClock() })
    events.emit('adopted', { attempt: attempt.id, queue: attempt.queue, state: seen.state })
    if (step.kind === 'abandon') return runner.abandon(attempt, step.detail)
    // What runs already was verified when it began; only what is still to be started is a decision.
    const forgery = step.kind === 'start' ? checkSignature(attempt.payload, attempt.queue, attempt.id) : null
    if (forgery !== null) return runner.abandon(attempt, `it was not started: ${forgery}`)
    attempt.hear(answer)
    if (step.kind === 'adopt') return runner.adopt(attempt, step.run)
    attempt.options.room.requeue()
    return runner.resume(attempt)
  }

  /** Waits for an executor whose server is away; null when this process lets go before. */
  async #observe(executor: Executor, task: TaskRef): Promise<Observation | null> {
    const { detach, log } = this.options
    for (let failures = 0; !detach.aborted; failures += 1) {
      try {
        return await executor.inspect(task)
      } catch (error) {
        if (failures === 0) log.warn({ attempt: task.attempt, err: error }, 'an attempt cannot be looked at yet; it will be tried again')
        await sleep(OBSERVE_RETRY_MS, detach)
      }
    }
    return null
  }

  async #abandon(found: Found, detail: string): Promise<void> {
    const { maker, settler } = this.options
    const leftovers = this.#leftovers(found)
    await leftovers.executor?.stop({ attempt: found.id, directory: leftovers.directory }, 'kill')
    await settler.settle(leftovers, maker.finished(found.id, unstarted(FinishReason.infrastructure, detail, wallClock()), NO_LOG, null))
  }

  #leftovers({ id, queue, intent, finish }: Found): Leftovers {
    const { executors, state } = this.options
    const kind = finish === null ? intent?.executor ?? 'docker' : finish.executor
    const log = finish === null ? intent?.payload.log ?? null : finish.log
    return { id, queue, directory: state.attempt(id), executor: kind === null ? null : executors[kind], log, job: undefined }
  }
}
