import type { RenewAnswer } from '../shared/broker/leases.js'
import type { Config } from '../shared/config/schema.js'
import { crashPoint } from '../shared/crash-point.js'
import type { Log } from '../shared/log.js'
import type { LogStore } from '../shared/log-store/log-store.js'
import { isOutage } from '../shared/outage.js'
import type { AttemptId } from '../shared/protocol/attempt-id.js'
import type { SecretNames } from '../shared/protocol/secret-name.js'
import type { FinishedEvent } from '../shared/protocol/events.js'
import { sleep, wallClock, within } from './clock.js'
import type { Executor } from './executors/executor.js'
import { shipAuthoritativeLog } from './logs/authoritative-log.js'
import type { QueueJob } from './queue/job-queue.js'
import type { QueueLinks } from './queue/queue-link.js'
import { keepUntil } from './reaper/keep-failed.js'
import type { Roster, RosterEntry } from './roster.js'
import type { SecretKeeper } from './secrets/secret-keeper.js'
import type { Journal } from './state/journal.js'
import type { WorkerEvents } from './worker-events.js'

const RETRY_MS = 2_000

/** Why nothing more is reported about an attempt. */
export type Verdict = Extract<RenewAnswer, 'durable' | 'fenced' | 'owned'>

/** What there may be of an attempt on this worker. */
export interface Leftovers {
  readonly id: AttemptId
  readonly queue: string
  readonly directory: string
  /** Null when nothing was made for it. */
  readonly executor: Executor | null
  /** Name in the log store; null when it has no log. */
  readonly log: string | null
  /** Whether the log is in its final form already. */
  readonly isLogShipped: boolean
  /** Names of its secrets by variable: what is to be masked in its log. */
  readonly secrets?: SecretNames | undefined
  /** The BullMQ job, when this process took it. */
  readonly job: QueueJob | undefined
}

export interface CleanerOptions {
  readonly config: Config
  readonly links: QueueLinks
  readonly roster: Roster
  readonly journal: Journal
  readonly store: LogStore
  readonly secrets: Pick<SecretKeeper, 'recall'>
  readonly events: WorkerEvents
  readonly log: Log
}

/** Removes what is left of attempts that are over, and keeps at it while servers are away. */
export class Cleaner {
  readonly #cleaning = new Set<Promise<void>>()
  readonly #stopping = new AbortController()

  constructor(private readonly options: CleanerOptions) {}

  /** Begins to clean up; `entry` leaves the roster when it is done, so that the lease is kept until then. `event`: how it ended here. */
  clean(leftovers: Leftovers, verdict: Verdict, entry: RosterEntry | null, event: FinishedEvent | null = null): void {
    const cleaning = this.#clean(leftovers, verdict, entry, event).finally(() => this.#cleaning.delete(cleaning))
    this.#cleaning.add(cleaning)
  }

  /** What is not done by now is the next process' to do. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await within(2_000, Promise.all(this.#cleaning))
  }

  async #clean(leftovers: Leftovers, verdict: Verdict, entry: RosterEntry | null, event: FinishedEvent | null): Promise<void> {
    const { roster, events, log } = this.options
    const { signal } = this.#stopping
    const { id, queue } = leftovers
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await this.remove(leftovers, verdict, event)
        if (entry !== null) roster.remove(entry)
        events.emit('settled', { attempt: id, queue })
        return
      } catch (error) {
        if (signal.aborted) return
        if (failures === 0 && !isOutage(error)) log.error({ attempt: id, queue, err: error }, 'what is left of an attempt cannot be removed yet; it will be repeated')
        await sleep(RETRY_MS, signal)
      }
    }
  }

  /** In this order, so that dying in between leaves enough for the next process to do the rest. */
  async remove({ id, queue, directory, executor, log, isLogShipped, secrets, job }: Leftovers, verdict: Verdict, event: FinishedEvent | null): Promise<void> {
    const { config, journal, links } = this.options
    const { jobs, live } = links.of(queue)
    let isKept = false
    if (executor !== null && executor.durable) {
      const task = { attempt: id, directory }
      // Another worker's run of the very same attempt writes the log of that name.
      if (log !== null && verdict !== 'owned' && executor.keepsLog && !isLogShipped) await this.#shipLog(executor, task, log, secrets)
      if (log !== null && !isLogShipped) await live.end(id)
      await journal.forgetIntent(id)
      crashPoint('worker.while-clearing')
      const until = verdict === 'durable' && event !== null ? keepUntil(event, config.keepFailed, wallClock()) : null
      isKept = until !== null && await executor.keep(task, until)
      // Nothing leads to its directory once its container is gone. A process is found by its own, and what may still run may write to it.
      if (!isKept && verdict === 'durable' && executor.kind === 'docker') await journal.forgetDirectory(id)
      if (!isKept) await executor.remove(task)
    }
    await jobs.complete(id, job)
    if (executor === null || executor.durable) await journal.forget(id, { keepDirectory: isKept })
  }

  async #shipLog(executor: Executor, task: { attempt: AttemptId; directory: string }, name: string, secrets: SecretNames | undefined): Promise<void> {
    const { store, config: { maxLogBytes: maxBytes } } = this.options
    try {
      const mask = await this.options.secrets.recall(executor, task, secrets)
      if (mask === undefined) throw new Error('this worker stops before the secrets of the attempt are known')
      await shipAuthoritativeLog({ task, executor, name, store, maxBytes, mask, signal: this.#stopping.signal })
    } catch (error) {
      // Without its container, what was shipped while it ran is all there is.
      if ((await executor.inspect(task)).state !== 'absent') throw error
    }
  }
}
