import type { Readable } from 'node:stream'
import { FinishReason } from '../../../shared/states/attempt.js'
import type { JobPayload } from '../../../shared/protocol/job.js'
import { sleep } from '../../clock.js'
import { ExecutionFailure } from '../executor.js'
import { withTag } from './container-spec.js'
import { isDockerAway, reasonOf, statusOf, type DockerApi } from './docker-api.js'
import { classifyPullFailure } from './pull-failure.js'
import { registryAuth } from './registry-auth.js'

/** Docker repeats a stalled layer silently and for ever. */
const NO_PROGRESS_MS = 60_000
/** Waits between tries while a registry cannot be reached; after them the attempt is reported and the scheduler decides. */
const RETRY_AFTER_MS = [2_000, 8_000]
const KNOWN_DIGESTS = 1_000

interface Pull {
  readonly done: Promise<void>
  readonly controller: AbortController
  waiters: number
}

/** The images of this host. */
export class Images {
  readonly #pulls = new Map<string, Pull>()
  /** Digest by image id. */
  readonly #digests = new Map<string, string>()

  constructor(private readonly docker: DockerApi, private readonly noProgress = NO_PROGRESS_MS, private readonly retryAfter: readonly number[] = RETRY_AFTER_MS) {}

  /** Makes sure that the image is here, by the task's pull policy. */
  async ensure(name: string, policy: JobPayload['pull'], signal: AbortSignal): Promise<void> {
    const image = withTag(name)
    if (policy !== 'always' && await this.#has(image)) return
    if (policy === 'never') throw new ExecutionFailure(FinishReason.imageMissing, `${image} is not on this worker, and the task says pull: never`)
    await this.#pullOnce(image, signal)
  }

  /** The digest under which a registry knows the image, or the image's id when none does. */
  async digest(imageId: string): Promise<string> {
    const known = this.#digests.get(imageId)
    if (known !== undefined) return known
    const digest = await this.docker.calls.getImage(imageId).inspect().then(({ RepoDigests }) => RepoDigests?.[0] ?? imageId, error => {
      if (isDockerAway(error)) throw error
      return imageId
    })
    if (this.#digests.size >= KNOWN_DIGESTS) this.#digests.clear()
    this.#digests.set(imageId, digest)
    return digest
  }

  async #has(image: string): Promise<boolean> {
    try {
      await this.docker.calls.getImage(image).inspect()
      return true
    } catch (error) {
      if (statusOf(error) === 404) return false
      throw error
    }
  }

  /** Joins a pull of the same image that is under way; the last one to lose interest aborts it. */
  async #pullOnce(image: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    let pull = this.#pulls.get(image)
    if (pull === undefined) {
      pull = this.#begin(image)
    }
    const joined = pull
    joined.waiters += 1
    let leave = (): void => {}
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason as Error)
      signal.addEventListener('abort', leave, { once: true })
    })
    try {
      await Promise.race([joined.done, left])
    } finally {
      signal.removeEventListener('abort', leave)
      joined.waiters -= 1
      if (joined.waiters === 0 && signal.aborted) {
        this.#pulls.delete(image)
        joined.controller.abort()
      }
    }
  }

  #begin(image: string): Pull {
    const controller = new AbortController()
    const done = this.#pull(image, controller.signal).finally(() => {
      if (this.#pulls.get(image) === pull) this.#pulls.delete(image)
    })
    const pull: Pull = { done, controller, waiters: 0 }
    // Whoever waits sees the failure; when all have gone nobody is left to see the abort.
    done.catch(() => {})
    this.#pulls.set(image, pull)
    return pull
  }

  async #pull(image: string, signal: AbortSignal): Promise<void> {
    for (const delay of [...this.retryAfter, null]) {
      const failure = await this.#try(image, signal)
      if (failure === null) return
      const reason = classifyPullFailure(failure)
      if (reason !== FinishReason.pullFailed || delay === null) throw new ExecutionFailure(reason, `${image} cannot be pulled: ${failure}`)
      await sleep(delay, signal)
      signal.throwIfAborted()
    }
  }

  /** One pull; what went wrong, or null. */
  async #try(image: string, signal: AbortSignal): Promise<string | null> {
    const stalled = new AbortController()
    const timer = setTimeout(() => stalled.abort(), this.noProgress)
    const abortSignal = AbortSignal.any([signal, stalled.signal])
    try {
      const authconfig = await registryAuth(image)
      const stream = await this.docker.streams.pull(image, { abortSignal, ...(authconfig !== undefined && { authconfig }) }) as Readable
      return await lastError(stream, abortSignal, () => timer.refresh())
    } catch (error) {
      signal.throwIfAborted()
      if (stalled.signal.aborted) return `no progress for ${Math.round(this.noProgress / 1000)} s`
      if (isDockerAway(error)) throw error
      return reasonOf(error)
    } finally {
      clearTimeout(timer)
    }
  }
}

/**
 * Reads a pull's progress to its end; errors come as lines of it. Rejected: docker-modem's followProgress, which reports an
 * error with err = null and throws on a line that is not JSON.
 */
async function lastError(stream: Readable, signal: AbortSignal, onProgress: () => void): Promise<string | null> {
  let rest = ''
  let failure: string | null = null
  const abort = (): void => { stream.destroy(signal.reason as Error) }
  signal.addEventListener('abort', abort, { once: true })
  try {
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) failure = errorIn(line) ?? failure
      // "Retrying in 5 seconds" is what a stalled layer looks like: it is no progress.
      if (!/"Retrying in/.test(String(chunk))) onProgress()
    }
  } finally {
    signal.removeEventListener('abort', abort)
  }
  return errorIn(rest) ?? failure
}

function errorIn(line: string): string | null {
  if (!line.includes('"error')) return null
  try {
    const { error, errorDetail } = JSON.parse(line) as { error?: string; errorDetail?: { message?: string } }
    return errorDetail?.message ?? error ?? null
  } catch {
    return null
  }
}
