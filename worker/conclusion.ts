import { crashPoint } from '../shared/crash-point.js'
import type { LogSummary } from '../shared/protocol/events.js'
import type { Attempt } from './attempt.js'
import type { Cleaner, Leftovers, Verdict } from './cleaner.js'
import { sleep, within } from './clock.js'
import type { Ending } from './ending.js'
import type { EventMaker } from './event-maker.js'
import { readResult, type TaskResult } from './executors/result-file.js'
import type { Mask } from './logs/mask.js'
import type { QueueLinks } from './queue/queue-link.js'
import type { Roster } from './roster.js'
import type { Keep } from './settlement.js'
import type { Settler } from './settler.js'
import type { Journal } from './state/journal.js'
import type { WorkerEvents } from './worker-events.js'

/** Every way in which this process can be done with an attempt. */
export type Outcome =
  /** It ended, or will never run: one `finished` event, repeated until it is durable. */
  | { readonly kind: 'finished'; readonly ending: Ending }
  /** It goes back untouched: one `released` event. */
  | { readonly kind: 'released'; readonly detail: string }
  /** It was refused: nothing is reported. */
  | { readonly kind: 'dropped'; readonly verdict: Verdict }
  /** It runs on, for the next process: nothing is reported. */
  | { readonly kind: 'detached' }

const NO_LOG: LogSummary = { bytes: 0, lines: 0, truncated: false }
/** The result of a task that was not run. */
const NOTHING: TaskResult = { json: 'null', problem: null }
/** A release that Redis does not take in time is left to the next process, which finds the intent. */
const RELEASE_MS = 2_000
const RELEASE_RETRY_MS = 1_000

export interface ConclusionOptions {
  readonly links: QueueLinks
  readonly roster: Roster
  readonly journal: Journal
  readonly maker: EventMaker
  readonly settler: Settler
  readonly cleaner: Cleaner
  readonly events: WorkerEvents
  readonly detach: AbortSignal
}

/** Does what an outcome asks for, and gives the slot back as soon as the task is over. */
export class Conclusion {
  constructor(private readonly options: ConclusionOptions) {}

  async conclude(attempt: Attempt, outcome: Outcome): Promise<void> {
    try {
      switch (outcome.kind) {
        case 'finished':
          // The scheduler has given the attempt up: what happened to it here concerns nobody.
          if (attempt.disowned === null) return await this.#finish(attempt, outcome.ending)
          await attempt.log?.stop()
          return this.#drop(attempt, attempt.disowned, this.#leftovers(attempt))
        case 'released':
          return await this.#release(attempt, outcome.detail)
        case 'dropped':
          // Nothing was made for it, and a container of its name would be its owner's.
          return this.#drop(attempt, outcome.verdict, { ...this.#leftovers(attempt), executor: null })
        case 'detached':
          await attempt.log?.stop()
      }
    } finally {
      attempt.options.slot.release()
    }
  }

  async #finish(attempt: Attempt, ending: Ending): Promise<void> {
    const { maker, settler, events } = this.options
    const { id, queue, executor, payload } = attempt
    const summary = await attempt.log?.finish() ?? NO_LOG
    const { json, problem } = payload.result && ending.exitCode === 0 ? await (executor.durable ? readResult(attempt, attempt.mask) : NOTHING) : { json: null, problem: null }
    const event = maker.finished(id, { ...ending, ...masked(attempt.mask, ending.detail ?? problem) }, summary, json)
    await settler.settle(this.#leftovers(attempt), event, keepOf(attempt, ending))
    crashPoint('worker.after-finished')
    events.emit('finished', { attempt: id, queue, reason: event.reason, exitCode: event.exitCode, detail: event.detail })
  }

  async #release(attempt: Attempt, detail: string): Promise<void> {
    const { links, maker, roster, journal, events, detach } = this.options
    const { id, queue, executor } = attempt
    const { leases, jobs } = links.of(queue)
    // What was created and cannot be removed now is found by its label later.
    await within(RELEASE_MS, executor.remove(attempt))
    while (await within(RELEASE_MS, leases.release(id, maker.released(id, detail)).then(() => true)) === undefined) {
      if (detach.aborted) return
      await sleep(RELEASE_RETRY_MS, detach)
    }
    roster.remove(attempt)
    await journal.forgetIntent(id)
    await journal.forget(id)
    await within(RELEASE_MS, jobs.complete(id, attempt.options.job))
    events.emit('released', { attempt: id, queue, detail })
  }

  #drop(attempt: Attempt, verdict: Verdict, leftovers: Leftovers): void {
    this.options.events.emit('dropped', { attempt: attempt.id, queue: attempt.queue, why: verdict })
    this.options.cleaner.clean(leftovers, verdict, attempt)
  }

  #leftovers(attempt: Attempt): Leftovers {
    const { id, queue, directory, executor, payload, options } = attempt
    return { id, queue, directory, executor, log: attempt.log === null ? null : payload.log, isLogShipped: attempt.log?.isAuthoritative === true, secrets: payload.secrets, job: options.job }
  }
}

/** Only a container that has ended well says the same again to whoever looks: what killed another, and what it used, is gone by then. */
function keepOf({ executor, run, stop }: Attempt, { exitCode }: Ending): Keep {
  if (executor.kind === 'noop') return 'never'
  return executor.kind === 'docker' && run !== null && stop === null && exitCode === 0 ? 'later' : 'now'
}

const masked = (mask: Mask | null, detail: string | null): Pick<Ending, 'detail'> => ({ detail: detail === null || mask === null ? detail : mask.text(detail) })
