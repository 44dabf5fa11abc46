import type { Readable } from 'node:stream'
import { FinishReason } from '../../../shared/states/attempt.js'
import { monotonic, sleep } from '../../clock.js'
import type { WorkerEvents } from '../../worker-events.js'
import { ExecutionFailure } from '../executor.js'
import { isDockerAway, reasonOf, type DockerApi } from './docker-api.js'
import { classifyPullFailure } from './pull-failure.js'
import { PullProgress } from './pull-progress.js'
import { readPull, type PullOutcome } from './pull-stream.js'
import type { RegistryAuth, RegistryCredentials } from './registry-auth.js'

/** Waits between tries while a registry cannot be reached; after them the attempt is reported and the scheduler decides. */
const RETRY_AFTER_MS = [2_000, 8_000]
const TELL_EVERY_MS = 5_000

export interface ImagePullsOptions {
  readonly docker: DockerApi
  readonly credentials: RegistryCredentials
  readonly events: WorkerEvents
  /** Docker repeats a stalled layer silently and for ever. */
  readonly stallTimeout: number
  readonly retryAfter?: readonly number[]
  readonly tellEvery?: number
}

export interface Pulled extends Pick<PullOutcome, 'digest' | 'fresh'> {
  /** Downloaded; 0 when everything was here. */
  readonly bytes: number
}

/** Hears from time to time how a pull goes. */
export type PullListener = (words: string) => void

interface Pull {
  readonly done: Promise<Pulled>
  readonly controller: AbortController
  readonly waiting: Set<PullListener>
}

/** Pulls each image once for all who wait for it at the same time. */
export class ImagePulls {
  readonly #pulls = new Map<string, Pull>()

  constructor(private readonly options: ImagePullsOptions) {}

  /** Joins a pull of the same image that is under way; the last one to lose interest aborts it. */
  async pull(image: string, signal: AbortSignal, tell: PullListener): Promise<Pulled> {
    signal.throwIfAborted()
    const pull = this.#pulls.get(image) ?? this.#begin(image)
    // One per waiter, also when two of them listen with the same function.
    const listener: PullListener = words => tell(words)
    pull.waiting.add(listener)
    let leave = (): void => {}
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason as Error)
      signal.addEventListener('abort', leave, { once: true })
    })
    try {
      return await Promise.race([pull.done, left])
    } finally {
      signal.removeEventListener('abort', leave)
      pull.waiting.delete(listener)
      if (pull.waiting.size === 0 && signal.aborted) {
        if (this.#pulls.get(image) === pull) this.#pulls.delete(image)
        pull.controller.abort()
      }
    }
  }

  #begin(image: string): Pull {
    const controller = new AbortController()
    const waiting = new Set<PullListener>()
    const done = this.#pull(image, controller.signal, waiting).finally(() => {
      if (this.#pulls.get(image) === pull) this.#pulls.delete(image)
    })
    const pull: Pull = { done, controller, waiting }
    // Whoever waits sees the failure; when all have gone nobody is left to see the abort.
    done.catch(() => {})
    this.#pulls.set(image, pull)
    return pull
  }

  async #pull(image: string, signal: AbortSignal, waiting: ReadonlySet<PullListener>): Promise<Pulled> {
    const { events, retryAfter = RETRY_AFTER_MS } = this.options
    const began = monotonic()
    let tries = 0
    for (const delay of [...retryAfter, null]) {
      tries += 1
      const { auth, origin } = await this.options.credentials.of(image)
      const progress = new PullProgress()
      const outcome = await this.#try(image, auth, signal, progress, waiting)
      const seconds = (monotonic() - began) / 1000
      if (outcome.failure === null) {
        events.emit('pulled', { image, digest: outcome.digest, fresh: outcome.fresh, bytes: progress.bytes, seconds })
        return { digest: outcome.digest, fresh: outcome.fresh, bytes: progress.bytes }
      }
      const reason = classifyPullFailure(outcome.failure)
      if (reason !== FinishReason.pullFailed || delay === null) {
        const detail = detailOf(reason, image, outcome.failure, origin, tries)
        events.emit('pullFailed', { image, reason, detail, seconds })
        throw new ExecutionFailure(reason, detail)
      }
      tellAll(waiting, `${image} could not be pulled and is tried again: ${outcome.failure}`)
      await sleep(delay, signal)
      signal.throwIfAborted()
    }
    throw new Error('a pull has at least one try')
  }

  /** One pull, told to those who wait for it. */
  async #try(image: string, authconfig: RegistryAuth | undefined, signal: AbortSignal, progress: PullProgress, waiting: ReadonlySet<PullListener>): Promise<PullOutcome> {
    const { docker, events, stallTimeout, tellEvery = TELL_EVERY_MS } = this.options
    const stalled = new AbortController()
    const abortSignal = AbortSignal.any([signal, stalled.signal])
    const stall = setTimeout(() => stalled.abort(), stallTimeout)
    const began = monotonic()
    const teller = setInterval(() => {
      const { bytes, totalBytes } = progress
      events.emit('pulling', { image, bytes, totalBytes, seconds: (monotonic() - began) / 1000, waiting: waiting.size })
      tellAll(waiting, `pulling ${image}: ${mebibytes(bytes)} of ${mebibytes(totalBytes)} MiB`)
    }, tellEvery)
    try {
      const stream = await docker.streams.pull(image, { abortSignal, ...(authconfig !== undefined && { authconfig }) }) as Readable
      return await readPull(stream, abortSignal, line => { if (progress.note(line)) stall.refresh() })
    } catch (error) {
      signal.throwIfAborted()
      if (stalled.signal.aborted) return failed(`no progress for ${stallTimeout / 1000} s, after ${mebibytes(progress.bytes)} of ${mebibytes(progress.totalBytes)} MiB`)
      if (isDockerAway(error)) throw error
      return failed(reasonOf(error))
    } finally {
      clearTimeout(stall)
      clearInterval(teller)
    }
  }
}

const failed = (failure: string): PullOutcome => ({ failure, digest: null, fresh: false })

const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1)

function tellAll(listeners: ReadonlySet<PullListener>, words: string): void {
  for (const tell of listeners) tell(words)
}

/** Of a refusal the reader wants to know whose credentials were refused; of an outage, how often it was tried. */
function detailOf(reason: FinishReason, image: string, failure: string, origin: string, tries: number): string {
  const more = reason === FinishReason.pullDenied ? ` (asked ${origin})` : reason === FinishReason.pullFailed && tries > 1 ? ` (tried ${tries} times)` : ''
  return `${image} cannot be pulled: ${failure}${more}`
}
