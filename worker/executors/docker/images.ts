import type { Log } from '../../../shared/log.js'
import type { JobPayload } from '../../../shared/protocol/job.js'
import { FinishReason } from '../../../shared/states/attempt.js'
import type { WorkerEvents } from '../../worker-events.js'
import { ExecutionFailure } from '../executor.js'
import { withTag } from './container-spec.js'
import { DigestResolver } from './digest-resolver.js'
import type { DockerApi } from './docker-api.js'
import { ImageInventory } from './image-inventory.js'
import { ImagePulls, type PullListener } from './image-pulls.js'
import { isReference, parseImage, recordable } from './image-reference.js'
import { RegistryCredentials } from './registry-auth.js'

/** Keeps account of images that were pulled here, so that they can be removed one day. */
export interface ImageAccount {
  /** An image came that was not here before. */
  pulled(reference: string, tag: string): void
  used(reference: string): void
}

export interface ImagesOptions {
  readonly docker: DockerApi
  readonly events: WorkerEvents
  readonly log: Log
  /** How long an answer of a registry about a tag holds. */
  readonly checkEvery: number
  readonly stallTimeout: number
  readonly credentials?: RegistryCredentials
  readonly account?: ImageAccount
  readonly retryAfter?: readonly number[]
  readonly tellEvery?: number
}

const NOBODY: ImageAccount = { pulled: () => {}, used: () => {} }

/**
 * The images of this host. A tag is resolved to a digest when an attempt starts, and its container is made of that digest:
 * what ran can be told afterwards, also when the tag has moved meanwhile.
 */
export class Images {
  readonly #inventory: ImageInventory
  readonly #resolver: DigestResolver
  readonly #pulls: ImagePulls
  readonly #account: ImageAccount

  constructor({ docker, events, log, checkEvery, stallTimeout, credentials = new RegistryCredentials(), account = NOBODY, retryAfter, tellEvery }: ImagesOptions) {
    this.#inventory = new ImageInventory(docker)
    this.#resolver = new DigestResolver({ docker, credentials, every: checkEvery, log })
    this.#pulls = new ImagePulls({ docker, credentials, events, stallTimeout, ...(retryAfter !== undefined && { retryAfter }), ...(tellEvery !== undefined && { tellEvery }) })
    this.#account = account
  }

  /**
   * Makes sure that the image is here, by the task's pull policy, and returns what to make the container of. `onPulled` hears how
   * much was downloaded when the registry was asked for it.
   *
   * | policy  | image not here  | here, from a registry                                       | here, known to no registry |
   * | ------- | --------------- | ----------------------------------------------------------- | -------------------------- |
   * | missing | pulled          | the registry is asked, and what is newer pulled; if it does not tell, what is here is used | used |
   * | always  | pulled          | pulled, else it fails                                       | pulled, else it fails      |
   * | never   | `image_missing` | used                                                        | used                       |
   */
  async ensure(name: string, policy: JobPayload['pull'], signal: AbortSignal, tell: PullListener = () => {}, onPulled: (bytes: number) => void = () => {}): Promise<string> {
    const image = withTag(name)
    if (!isReference(image)) throw new ExecutionFailure(FinishReason.imageMissing, `${JSON.stringify(name)} is no name of an image`)
    const { digest: wanted } = parseImage(image)
    const here = policy === 'always' && wanted === null ? null : await this.#inventory.find(image)
    if (here === null) {
      if (policy === 'never') throw new ExecutionFailure(FinishReason.imageMissing, `${image} is not on this worker, and the task says pull: never`)
      return this.#pull(image, signal, tell, onPulled)
    }
    // Nobody is asked about an image that is named by its digest or that no registry knows.
    if (policy === 'never' || wanted !== null || here.digest === null) return this.#use(image, wanted ?? here.digest)
    const current = await this.#resolver.resolve(image)
    return current === null || current === here.digest ? this.#use(image, here.digest) : this.#pull(image, signal, tell, onPulled)
  }

  /** The daemon says that the image is not here after all. */
  forget(name: string): void {
    this.#inventory.forget(withTag(name))
  }

  /** What to record as the image of a container that is made of this; null when only the container can tell. */
  recordOf(reference: string): string | null {
    return reference.includes('@') ? recordable(reference) : null
  }

  /** What to record as the image of a container. */
  digestOf(imageId: string, madeOf: string): Promise<string> {
    return this.#inventory.digestOf(imageId, madeOf)
  }

  async #pull(image: string, signal: AbortSignal, tell: PullListener, onPulled: (bytes: number) => void): Promise<string> {
    const { digest, fresh, bytes } = await this.#pulls.pull(image, signal, tell)
    onPulled(bytes)
    this.#inventory.forget(image)
    if (digest === null) return image
    this.#resolver.learn(image, digest)
    if (fresh) this.#account.pulled(byDigest(image, digest), image)
    return this.#use(image, digest)
  }

  #use(image: string, digest: string | null): string {
    if (digest === null) return image
    const reference = byDigest(image, digest)
    this.#account.used(reference)
    return reference
  }
}

const byDigest = (image: string, digest: string): string => `${parseImage(image).repository}@${digest}`
