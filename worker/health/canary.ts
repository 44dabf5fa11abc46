import { Readable } from 'node:stream'
import { monotonic, sleep } from '../clock.js'
import { Label, securityOptions, withTag } from '../executors/docker/container-spec.js'
import { reasonOf, statusOf, type DockerApi } from '../executors/docker/docker-api.js'
import type { SystemCalls } from '../executors/docker/system-calls.js'

/** Marks what a probe makes, beside the worker's own label. */
export const CANARY_LABEL = 'longshore.canary'
/** How long the canary may take to start and to end. Docker that needs longer for a container that does nothing is not well. */
const LIFE_MS = 60_000
const LOOK_EVERY_MS = 50
/** An archive without any file in it: two empty blocks. */
const EMPTY_TAR = Buffer.alloc(1024)
/**
 * The init that Docker puts into a container is a static program, so it runs in any image, also in one that is empty. Asked for its
 * version it exits with 0.
 */
const COMMAND = ['/sbin/docker-init', '--version']

export interface CanaryOptions {
  readonly docker: DockerApi
  readonly worker: string
  /** As tasks have them: what a container cannot start with must show. */
  readonly systemCalls: SystemCalls
  readonly runtime: string
  /** Setting `canaryImage`; empty: one that was used here, else an empty one that is made for the probe. */
  readonly image: string
  /** The image of a container that started here; null when none has. */
  readonly lastImage: () => string | null
}

/** A container that does nothing: whether it can be made, starts and ends well tells whether tasks would. */
export class Canary {
  readonly #name: string
  readonly #emptyImage: string

  constructor(private readonly options: CanaryOptions) {
    const tag = options.worker.slice(0, 8)
    this.#name = `longshore-${tag}-canary`
    this.#emptyImage = `longshore-canary:${tag}`
  }

  /** Why it did not live; null when it did. Leaves nothing behind that Docker lets it remove. */
  async probe(signal: AbortSignal): Promise<string | null> {
    try {
      await this.clean()
      await this.#make()
      const container = this.options.docker.calls.getContainer(this.#name)
      await container.start()
      return await this.#ended(signal)
    } catch (error) {
      return reasonOf(error)
    } finally {
      await this.clean().catch(() => {})
    }
  }

  /** Removes what a probe has left. */
  async clean(): Promise<void> {
    const { calls } = this.options.docker
    await ignoring404(calls.getContainer(this.#name).remove({ force: true, v: true }))
    await ignoring404(calls.getImage(this.#emptyImage).remove())
  }

  async #make(): Promise<void> {
    const { image, lastImage } = this.options
    // Never pulled: the probe is about this host.
    if (image !== '') return this.#create(withTag(image))
    const last = lastImage()
    if (last !== null) {
      const missing = await this.#create(withTag(last)).then(() => null, (error: unknown) => error)
      if (missing === null) return
      if (statusOf(missing) !== 404) throw missing as Error
    }
    const [repo, tag] = this.#emptyImage.split(':')
    await saidWell(await this.options.docker.calls.importImage(Readable.from([EMPTY_TAR]), { repo, tag }))
    await this.#create(this.#emptyImage)
  }

  async #create(image: string): Promise<void> {
    const { runtime } = this.options
    const systemCalls = await this.options.systemCalls.profile()
    await this.options.docker.createContainer({
      name: this.#name, Image: image, Entrypoint: COMMAND, Cmd: [], Labels: { [CANARY_LABEL]: '1', [Label.worker]: this.options.worker },
      HostConfig: { Init: true, ...(runtime !== '' && { Runtime: runtime }), NetworkMode: 'none', CapDrop: ['ALL'], SecurityOpt: securityOptions(systemCalls), LogConfig: { Type: 'json-file', Config: {} } },
    })
  }

  async #ended(signal: AbortSignal): Promise<string | null> {
    const deadline = monotonic() + LIFE_MS
    for (;;) {
      const { State } = await this.options.docker.calls.getContainer(this.#name).inspect()
      if (State.Status === 'exited') return State.ExitCode === 0 ? null : `the probe's container exited with ${State.ExitCode}`
      if (signal.aborted) return 'the probe was interrupted'
      if (monotonic() > deadline) return `the probe's container has not ended within ${LIFE_MS / 1000} s`
      await sleep(LOOK_EVERY_MS, signal)
    }
  }
}

async function ignoring404(removal: Promise<unknown>): Promise<void> {
  try {
    await removal
  } catch (error) {
    if (statusOf(error) !== 404) throw error
  }
}

/** What Docker says of an import comes while it works, and an error among it. */
async function saidWell(stream: NodeJS.ReadableStream): Promise<void> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  const error = /"error":"([^"]*)"/.exec(text)?.[1]
  if (error !== undefined) throw new Error(error)
}
