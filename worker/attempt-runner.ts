import { crashPoint } from '../shared/crash-point.js'
import type { Log } from '../shared/log.js'
import { isOutage } from '../shared/outage.js'
import { FinishReason } from '../shared/states/attempt.js'
import type { Attempt } from './attempt.js'
import { monotonic, sleep, unlessAborted, wallClock } from './clock.js'
import type { Conclusion, Outcome } from './conclusion.js'
import { endingOf, unstarted } from './ending.js'
import type { EventMaker } from './event-maker.js'
import { ExecutionFailure, UncertainStart, type Run } from './executors/executor.js'
import type { Gate } from './gate.js'
import type { HealthKeeper } from './health/health-keeper.js'
import { Mask } from './logs/mask.js'
import { ownWords } from './logs/own-words.js'
import { observe } from './observe.js'
import type { QueueLinks } from './queue/queue-link.js'
import type { Roster } from './roster.js'
import type { SecretKeeper } from './secrets/secret-keeper.js'
import type { PlacedFile } from './state/durable-file.js'
import type { Journal } from './state/journal.js'
import type { Supervisor } from './supervisor.js'
import { Turnstile } from './turnstile.js'
import type { WorkerEvents } from './worker-events.js'

const CLAIM_RETRY_MS = 500
const WITHDRAW_RETRY_MS = 500
/** More bring no more containers a second, on two cores or on many. */
const STARTS_AT_ONCE = 16
/** A task that ends sooner is not told of as running: one event less for everybody, and nobody could have seen it. */
const STARTED_AFTER_MS = 250
/** An intent that was on disk before. */
const SYNCED: PlacedFile = { synced: Promise.resolve() }

export interface AttemptRunnerOptions {
  readonly links: QueueLinks
  readonly roster: Roster
  readonly journal: Journal
  readonly gate: Gate
  readonly health: Pick<HealthKeeper, 'unfit' | 'reason' | 'started' | 'failed'>
  readonly maker: EventMaker
  readonly supervisor: Supervisor
  readonly conclusion: Conclusion
  readonly secrets: SecretKeeper
  readonly events: WorkerEvents
  readonly log: Log
  readonly leaseTtl: number
  /** Aborted when this process is about to end: what runs is left running. */
  readonly detach: AbortSignal
}

/**
 * Takes one attempt through its life: claim, intent, prepare, create, start, supervise. Each way out is one of
 * {@link Outcome}, and `conclude` does what it asks for. A process that adopts an attempt enters in the middle.
 */
export class AttemptRunner {
  readonly #starting = new Turnstile(STARTS_AT_ONCE)

  constructor(private readonly options: AttemptRunnerOptions) {}

  /** An attempt fresh from the queue. */
  async run(attempt: Attempt): Promise<void> {
    await this.#conclude(attempt, () => this.#claim(attempt))
  }

  /** An attempt whose claim and intent are a predecessor's, and that has not started. */
  async resume(attempt: Attempt): Promise<void> {
    await this.#conclude(attempt, () => this.#execute(attempt))
  }

  /** An attempt that a predecessor started; it may have ended since. */
  async adopt(attempt: Attempt, run: Run): Promise<void> {
    const { maker, secrets } = this.options
    // Its predecessor may not have come to it.
    attempt.report(maker.started(attempt.id, run))
    await this.#conclude(attempt, async () => {
      const mask = await secrets.recall(attempt.executor, attempt, attempt.payload.secrets)
      if (mask === undefined) return { kind: 'detached' }
      attempt.mask = mask
      return this.#supervise(attempt, run, { isNew: false })
    })
  }

  /** An attempt that a predecessor claimed and that can neither run nor be looked after. */
  async abandon(attempt: Attempt, detail: string): Promise<void> {
    await this.#conclude(attempt, async () => ({ kind: 'finished', ending: unstarted(FinishReason.infrastructure, detail, wallClock()) }))
  }

  async #conclude(attempt: Attempt, pipeline: () => Promise<Outcome>): Promise<void> {
    const outcome = await pipeline().catch((error: unknown) => this.#outcomeOf(attempt, error))
    attempt.reportNoMore()
    await this.options.conclusion.conclude(attempt, outcome)
  }

  async #claim(attempt: Attempt): Promise<Outcome> {
    const { links, maker, roster, detach, events, leaseTtl } = this.options
    const { id, queue } = attempt
    const claimed = maker.claimed(id)
    for (;;) {
      // Repeating a claim whose answer was lost is harmless: what is ours already is claimed again.
      attempt.renewedAt = monotonic()
      const answer = await links.of(queue).leases.claim(id, leaseTtl, claimed).catch((error: unknown) => {
        if (isOutage(error)) return null
        throw error
      })
      if (answer === 'claimed') break
      if (answer === 'cancel') return { kind: 'finished', ending: unstarted(FinishReason.cancelled, 'it was cancelled before it started', wallClock()) }
      if (answer !== null) return { kind: 'dropped', verdict: answer }
      if (detach.aborted) return { kind: 'detached' }
      await sleep(CLAIM_RETRY_MS, detach)
    }
    attempt.reported(claimed)
    roster.put(attempt)
    events.emit('claimed', { attempt: id, queue, dag: attempt.payload.dag, task: attempt.payload.task })
    crashPoint('worker.after-claim')
    return this.#intend(attempt)
  }

  async #intend(attempt: Attempt): Promise<Outcome> {
    const { journal } = this.options
    const { executor, queue, payload } = attempt
    if (executor.kind === 'noop') return this.#execute(attempt)
    let intent: PlacedFile
    try {
      intent = await journal.writeIntent({ v: 1, queue, payload, createdAt: wallClock(), executor: executor.kind })
      if (executor.kind === 'process' || payload.result) await journal.makeDirectory(attempt.id)
    } catch (error) {
      return this.#diskFailed(error)
    }
    crashPoint('worker.after-intent')
    return this.#execute(attempt, intent)
  }

  #diskFailed(error: unknown): Outcome {
    const { message } = error as Error
    this.options.gate.close('disk', message)
    return { kind: 'released', detail: `the worker cannot write its state directory: ${message}` }
  }

  async #execute(attempt: Attempt, intent: PlacedFile = SYNCED): Promise<Outcome> {
    const { detach, health } = this.options
    const { executor } = attempt
    await this.#waitForRoom(attempt)
    const without = this.#wayOut(attempt)
    if (without !== null) return without
    const pull = await executor.prepare(attempt, AbortSignal.any([attempt.stopSignal, detach, health.unfit]))
    if (executor.kind !== 'noop') await this.#resolveSecrets(attempt)
    const run = executor.durable ? await this.#starting.pass(() => this.#start(attempt, intent)) : await this.#start(attempt, intent)
    if ('kind' in run) return run
    crashPoint('worker.after-start')
    const { events, maker } = this.options
    if (executor.kind === 'docker') health.started(attempt.payload.image)
    // `finished` tells the start as well, but not of a pull. A run that leaves nothing behind is over at once.
    if (executor.durable && pull !== null) attempt.report(maker.started(attempt.id, run, pull))
    else if (executor.durable) attempt.reportAfter(STARTED_AFTER_MS, () => maker.started(attempt.id, run))
    events.emit('started', { attempt: attempt.id, queue: attempt.queue, container: run.handle, secondsSinceClaim: (monotonic() - attempt.bornAt) / 1000 })
    return this.#supervise(attempt, run, { isNew: true })
  }

  /** As late as can be, so that a value that has just changed is the new one, and apart from the starts, which it may not hold up. */
  async #resolveSecrets(attempt: Attempt): Promise<void> {
    const { secrets, detach, health } = this.options
    if (attempt.payload.secrets === undefined) return
    // A command may take its time; a task that is cancelled meanwhile does not wait for it.
    attempt.secrets = await unlessAborted(secrets.resolve(attempt.payload), [attempt.stopSignal, detach, health.unfit])
    attempt.mask = Mask.of(Object.values(attempt.secrets))
  }

  async #start(attempt: Attempt, intent: PlacedFile): Promise<Run | Outcome> {
    const { executor } = attempt
    const before = this.#wayOut(attempt)
    if (before !== null) return before
    await executor.create(attempt)
    crashPoint('worker.after-create')
    try {
      await intent.synced
    } catch (error) {
      return this.#diskFailed(error)
    }
    return this.#wayOut(attempt) ?? await this.#startSurely(attempt)
  }

  /** Once a start was asked for, the attempt is neither ended nor given back before it is known whether it runs: it could run twice. */
  async #startSurely(attempt: Attempt): Promise<Run | Outcome> {
    const { log, health } = this.options
    for (;;) {
      try {
        return await attempt.executor.start(attempt)
      } catch (error) {
        if (!(error instanceof UncertainStart)) throw error
        health.failed(error)
        log.warn({ attempt: attempt.id, err: error }, 'it is not known whether an attempt has started; its lease is kept until it is')
      }
      const known = await this.#afterUncertainStart(attempt)
      if (known !== null) return known
    }
  }

  /**
   * What became of a start that was not answered; null when it has not happened and may be asked for again. It may still be on its
   * way, also when Docker says `created`: only what is gone can be reported or given back as not started.
   */
  async #afterUncertainStart(attempt: Attempt): Promise<Run | Outcome | null> {
    const { detach, log } = this.options
    // Once something is done about it, there is no way back.
    let out: Outcome | null = null
    for (let failures = 0; ; failures += 1) {
      const seen = await observe(attempt.executor, attempt, detach, log)
      if (seen === null) return { kind: 'detached' }
      if (seen.state === 'running' || seen.state === 'exited') return seen.run
      out ??= this.#wayOut(attempt)
      if (out === null || seen.state === 'absent') return out
      if (failures > 0) await sleep(WITHDRAW_RETRY_MS, detach)
      await attempt.executor.remove(attempt, { unlessRunning: true }).catch((error: unknown) => {
        if (failures === 0) log.warn({ attempt: attempt.id, err: error }, 'an attempt that may still start cannot be removed yet; its lease is kept')
      })
    }
  }

  /** Claimed and not started: its lease is kept and it can be cancelled, and others run meanwhile. */
  async #waitForRoom(attempt: Attempt): Promise<void> {
    const { links, log, detach, health } = this.options
    const { id, queue, options: { room } } = attempt
    const waitsFor = room.waitsFor()
    if (waitsFor === null) return
    log.info({ attempt: id, queue }, `waiting for ${waitsFor}`)
    void links.of(queue).live.append(id, [ownWords(`waiting for ${waitsFor}`)]).catch(() => {})
    await room.granted(AbortSignal.any([attempt.stopSignal, detach, health.unfit]))
  }

  async #supervise(attempt: Attempt, run: Run, { isNew }: { readonly isNew: boolean }): Promise<Outcome> {
    attempt.run = run
    const ended = await this.options.supervisor.supervise(attempt, run, { isNew })
    if (ended === null) return { kind: 'detached' }
    crashPoint('worker.after-exit')
    return { kind: 'finished', ending: endingOf(ended, attempt.stop, run, wallClock(), { usage: attempt.usage, memory: attempt.payload.memory }) }
  }

  /** Before the start there is a way out: stopped, or given back because this process ends or its host is not well. */
  #wayOut(attempt: Attempt): Outcome | null {
    const { stop } = attempt
    if (stop !== null) return { kind: 'finished', ending: endingOf({ state: 'absent' }, stop, null, wallClock()) }
    const { detach, health } = this.options
    if (detach.aborted) return { kind: 'released', detail: 'the worker was stopped before the task started' }
    return health.unfit.aborted ? { kind: 'released', detail: `the worker takes no work now: ${health.reason}` } : null
  }

  #outcomeOf(attempt: Attempt, error: unknown): Outcome {
    const { health } = this.options
    // Told first, so that the failure which leads to a quarantine costs its task nothing either.
    if (attempt.run === null && attempt.executor.kind === 'docker' && attempt.stop === null && health.failed(error)) {
      return { kind: 'released', detail: `the worker takes no work now: ${health.reason}` }
    }
    if (error instanceof ExecutionFailure) return { kind: 'finished', ending: unstarted(error.reason, error.message, wallClock()) }
    // An aborted pull.
    const out = attempt.run === null ? this.#wayOut(attempt) : null
    if (out !== null) return out
    this.options.log.error({ attempt: attempt.id, err: error }, 'running an attempt failed unexpectedly')
    return { kind: 'finished', ending: { ...unstarted(FinishReason.infrastructure, (error as Error).message, wallClock()), run: attempt.run } }
  }
}
