import { join } from 'node:path'
import { z } from 'zod'
import type { Config } from '../shared/config/schema.js'
import type { Log } from '../shared/log.js'
import type { LogStore } from '../shared/log-store/log-store.js'
import type { Attempt } from './attempt.js'
import { aborted, sleep, wallClock } from './clock.js'
import { StopCause, type StopRequest } from './ending.js'
import type { Ended, Run, TaskRef } from './executors/executor.js'
import { readCursor, START } from './logs/log-cursor.js'
import { cursorPath, LogShipper } from './logs/log-shipper.js'
import type { QueueLinks } from './queue/queue-link.js'
import { ResourceWatch } from './resources/resource-watch.js'
import { readTextIfAny, writeIn } from './state/durable-file.js'
import type { WorkerEvents } from './worker-events.js'

const KILL_RETRY_MS = 5_000
const INSPECT_RETRY_MS = 1_000
/** A task that is not ours any more may run elsewhere already: it gets less time to end than its own grace. */
const DISOWNED_GRACE_MS = 5_000

const StoredStop = z.object({ cause: z.enum(StopCause), at: z.number(), detail: z.string() })

const stopPath = ({ directory }: TaskRef): string => join(directory, 'stop.json')

/** A stop that a predecessor began on this attempt. */
export async function readStop(task: TaskRef): Promise<StopRequest | null> {
  const text = await readTextIfAny(stopPath(task))
  if (text === null) return null
  try {
    return StoredStop.parse(JSON.parse(text))
  } catch {
    return null
  }
}

export interface SupervisorOptions {
  readonly config: Config
  readonly links: QueueLinks
  readonly store: LogStore
  readonly events: WorkerEvents
  readonly log: Log
  readonly detach: AbortSignal
}

/** Watches a started task: ships its log, stops it when its time is up or when it is told to. */
export class Supervisor {
  constructor(private readonly options: SupervisorOptions) {}

  /** How the task ended; null when this process lets go of it before. `isNew`: no process before this one has looked after it. */
  async supervise(attempt: Attempt, run: Run, { isNew }: { readonly isNew: boolean }): Promise<Ended | null> {
    await this.#followLog(attempt, isNew)
    const over = new AbortController()
    const ended = this.#ended(attempt)
    const watch = this.#watchResources(attempt)
    void ended.finally(() => {
      watch?.stop()
      over.abort(null)
    })
    const { timeout } = attempt.payload
    // By the time left, so that an adopted task has the same limit; measured by a clock that nobody sets back.
    const timeLeft = timeout === null ? Infinity : Math.max(0, timeout - (wallClock() - run.startedAt))
    void sleep(timeLeft, over.signal).then(() => {
      if (!over.signal.aborted) attempt.requestStop(StopCause.timeout, `it ran longer than its timeout of ${timeout} ms`)
    })
    await Promise.race([ended, aborted(attempt.stopSignal)])
    if (!over.signal.aborted) await this.#stop(attempt, ended, over.signal)
    await ended
    attempt.usage = watch?.now() ?? null
    return ended
  }

  /** The executor's word. Only letting go ends the wait for it. */
  async #ended(attempt: Attempt): Promise<Ended | null> {
    const { detach, log } = this.options
    for (;;) {
      try {
        return await attempt.executor.ended(attempt, detach)
      } catch (error) {
        if (detach.aborted) return null
        log.error({ attempt: attempt.id, err: error }, 'a task cannot be looked after; it will be tried again')
        await sleep(INSPECT_RETRY_MS, detach)
      }
    }
  }

  async #stop(attempt: Attempt, ended: Promise<Ended | null>, over: AbortSignal): Promise<void> {
    const { stop } = attempt
    if (stop === null) return
    const { id, queue } = attempt
    // Noted before the first signal: a process that takes over must know whose kill it was.
    await writeIn(attempt.directory, stopPath(attempt), JSON.stringify(stop)).catch((error: unknown) => this.options.log.error({ attempt: id, err: error }, 'a stop request cannot be kept'))
    this.options.events.emit('stopping', { attempt: id, queue, cause: stop.cause, detail: stop.detail })
    const grace = this.#grace(attempt, stop) - (wallClock() - stop.at)
    if (grace > 0) {
      await this.#signal(attempt, 'ask')
      await Promise.race([ended, sleep(grace, over)])
    }
    while (!over.aborted && !this.options.detach.aborted) {
      await this.#signal(attempt, 'kill')
      await Promise.race([ended, sleep(KILL_RETRY_MS, over)])
    }
  }

  #grace({ payload }: Attempt, { cause }: StopRequest): number {
    const { leaseTtl, selfFenceAfter } = this.options.config
    if (cause === StopCause.disowned) return Math.min(payload.stopGrace, DISOWNED_GRACE_MS)
    // It must have ended before the lease does.
    if (cause === StopCause.selfFenced) return Math.min(payload.stopGrace, (leaseTtl - selfFenceAfter) / 2)
    return payload.stopGrace
  }

  async #signal(attempt: Attempt, how: 'ask' | 'kill'): Promise<void> {
    attempt.executor.usage(attempt)
    try {
      await attempt.executor.stop(attempt, how)
    } catch (error) {
      this.options.log.warn({ attempt: attempt.id, err: error }, 'a task cannot be signalled; it will be tried again')
    }
  }

  /** What runs nowhere uses nothing. */
  #watchResources(attempt: Attempt): ResourceWatch | null {
    if (!attempt.executor.durable) return null
    const watch = new ResourceWatch(() => attempt.executor.usage(attempt))
    watch.start()
    return watch
  }

  async #followLog(attempt: Attempt, isNew: boolean): Promise<void> {
    const { executor, payload, queue } = attempt
    if (!executor.durable) return
    const { config, links, store, log } = this.options
    attempt.log = new LogShipper({ task: attempt, executor, name: payload.log, store, live: links.of(queue).live, maxBytes: config.maxLogBytes, mask: attempt.mask, log })
    attempt.log.start(isNew ? START : await readCursor(cursorPath(attempt)))
  }
}
