import type { Config } from '../shared/config/schema.js'
import type { RenewAnswer } from '../shared/broker/leases.js'
import type { Log } from '../shared/log.js'
import { parseAttemptId, type AttemptId } from '../shared/protocol/attempt-id.js'
import { FinishReason } from '../shared/states/attempt.js'
import { Attempt } from './attempt.js'
import type { AttemptRunner } from './attempt-runner.js'
import { requestOf } from './capacity/amount.js'
import type { Capacity } from './capacity/capacity.js'
import type { Cleaner, Leftovers } from './cleaner.js'
import { monotonic, wallClock } from './clock.js'
import { Custody } from './custody.js'
import { unstarted } from './ending.js'
import type { EventMaker } from './event-maker.js'
import type { DockerThing } from './executors/docker/docker-things.js'
import type { Executor } from './executors/executor.js'
import { observe } from './observe.js'
import type { QueueLinks } from './queue/queue-link.js'
import { recoveryStep } from './recovery-plan.js'
import type { Reporter } from './reporter.js'
import type { Roster } from './roster.js'
import type { Settler } from './settler.js'
import type { SignatureCheck } from './signature.js'
import { both, type Slots } from './slots.js'
import type { ForeignRecord, Intent, Journal, SpoolEntry } from './state/journal.js'
import type { StateDirectory } from './state/state-directory.js'
import { readStop } from './supervisor.js'
import type { WorkerEvents } from './worker-events.js'

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
  /** Every container of an attempt of ours that is not kept for people; empty when Docker is not there. */
  readonly listContainers: () => Promise<FoundContainer[]>
  readonly checkSignature: SignatureCheck
  readonly detach: AbortSignal
}

/** A container that carries this worker's label. */
export interface FoundContainer {
  readonly attempt: AttemptId
  readonly queue: string
  /** Of its labels; null when they do not say. */
  readonly version: number | null
}

/** Something that a predecessor has left. */
interface Found {
  readonly id: AttemptId
  readonly queue: string
  readonly intent: Intent | null
  readonly finish: SpoolEntry | null
  /** What a later version has left that this one cannot read. */
  readonly foreign: Pick<ForeignRecord, 'executor' | 'hasEnded'> | null
}

/** Those of the containers that belong to an attempt and are not kept for people. */
export const attemptContainers = (things: readonly DockerThing[]): FoundContainer[] => things.flatMap(({ kind, attempt, queue, version, keptUntil }) => (
  kind !== 'container' || keptUntil !== null || attempt === null || queue === null || parseAttemptId(attempt) === null ? [] : [{ attempt: attempt as AttemptId, queue, version }]
))

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
    const { journal, listContainers, log } = this.options
    await journal.removeDrafts()
    const [intents, finishes, foreign, containers] = await Promise.all([journal.intents(), journal.finishes(), journal.foreign(), listContainers()])
    const queues = new Map<AttemptId, string>(containers.map(({ attempt, queue }) => [attempt, queue]))
    for (const [id, { queue }] of [...foreign, ...intents, ...finishes]) if (queue !== null) queues.set(id, queue)
    for (const id of foreign.keys()) if (!queues.has(id)) log.error({ attempt: id }, 'a later version of Longshore has left an attempt here, and this one cannot even tell its queue: upgrade this worker before its lease ends')
    const later = new Set(containers.filter(({ version }) => (version ?? 1) > 1).map(({ attempt }) => attempt))
    return [...queues].map(([id, queue]) => {
      const [intent, finish] = [intents.get(id) ?? null, finishes.get(id) ?? null]
      const unread = foreign.get(id) ?? (intent === null && later.has(id) ? { executor: 'docker' as const, hasEnded: false } : null)
      return { id, queue, intent, finish, foreign: finish === null ? unread : null }
    })
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
    const { id, queue, finish, foreign } = found
    if (foreign !== null) return this.#takeCustody(found, foreign, answer)
    if (answer === 'fenced' || answer === 'owned' || answer === 'durable') {
      if (finish === null) events.emit('dropped', { attempt: id, queue, why: answer })
      cleaner.clean(this.#leftovers(found), answer, null, finish?.event ?? null)
      return { placed: Promise.resolve(), done: Promise.resolve() }
    }
    if (finish !== null) {
      const settled = settler.settle(this.#leftovers(found), finish.event, 'never')
      return { placed: Promise.resolve(), done: settled }
    }
    if (found.intent === null) return { placed: Promise.resolve(), done: this.#abandon(found, 'the worker found its container but not what it was told to run') }
    const attempt = this.#attempt(found, found.intent)
    return { placed: attempt.then(() => {}), done: attempt.then(taken => this.#resume(taken, found.intent as Intent, answer)) }
  }

  #takeCustody(found: Found, { executor, hasEnded }: NonNullable<Found['foreign']>, answer: RenewAnswer): { placed: Promise<void>; done: Promise<void> } {
    const { roster, slots, cleaner, executors, events, log } = this.options
    const slot = slots.force()
    const custody = new Custody({
      leftovers: { ...this.#leftovers(found), executor: executors[executor] }, hasEnded, log,
      onOver: (entry, verdict) => {
        slot.release()
        events.emit('dropped', { attempt: entry.id, queue: entry.queue, why: verdict })
        // What is durable may still have to be put away, which takes what only the later version can read.
        if (verdict === 'durable') roster.remove(entry)
        else cleaner.clean(entry.leftovers, verdict, entry)
      },
      onCancel: async entry => {
        await this.#giveUp(entry.leftovers, FinishReason.cancelled, 'it was cancelled')
        slot.release()
      },
    })
    roster.put(custody)
    log.error({ attempt: found.id, queue: found.queue }, 'a later version of Longshore has begun this attempt and this one cannot read what it noted: its task is left alone, its lease is kept; upgrade this worker to have it go on')
    custody.hear(answer)
    return { placed: Promise.resolve(), done: Promise.resolve() }
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
    const { runner, events, checkSignature, detach, log } = this.options
    const seen = await observe(attempt.executor, attempt, detach, log)
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

  async #abandon(found: Found, detail: string): Promise<void> {
    await this.#giveUp(this.#leftovers(found), FinishReason.infrastructure, detail)
  }

  /** Stops what nobody here can look after, and reports it. */
  async #giveUp(leftovers: Leftovers, reason: FinishReason, detail: string): Promise<void> {
    const { maker, settler } = this.options
    const { id, executor, directory } = leftovers
    await executor?.stop({ attempt: id, directory }, 'kill')
    await settler.settle(leftovers, maker.finished(id, unstarted(reason, detail, wallClock()), NO_LOG, null), 'now')
  }

  #leftovers({ id, queue, intent, finish }: Found): Leftovers {
    const { executors, state } = this.options
    const kind = finish === null ? intent?.executor ?? 'docker' : finish.executor
    const log = finish === null ? intent?.payload.log ?? null : finish.log
    const secrets = intent?.payload.secrets
    return { id, queue, directory: state.attempt(id), executor: kind === null ? null : executors[kind], log, isLogShipped: false, secrets, job: undefined }
  }
}
