import { monotonic } from '../../clock.js'
import { isDockerAway, statusOf, type DockerApi } from './docker-api.js'
import { parseImage, recordable } from './image-reference.js'

/** How long it is believed that an image is here. A container that is made of one that is not fails, and then it is forgotten. */
const BELIEVED_MS = 10_000
const KEPT = 1_000

export interface Present {
  /** By which a registry knows it under this name; null for an image that was built, imported or loaded here. */
  readonly digest: string | null
}

/** What is on this Docker, remembered for a while: a task whose image is here costs no call. */
export class ImageInventory {
  readonly #present = new Map<string, { readonly image: Promise<Present | null>; readonly until: number }>()
  /** Digest by image id. */
  readonly #digests = new Map<string, string>()

  constructor(private readonly docker: DockerApi) {}

  find(image: string): Promise<Present | null> {
    const known = this.#present.get(image)
    if (known !== undefined && known.until > monotonic()) return known.image
    const looked = this.#look(image)
    if (this.#present.size >= KEPT) this.#present.clear()
    const entry = { image: looked, until: monotonic() + BELIEVED_MS }
    this.#present.set(image, entry)
    // Only presence is worth remembering: what is absent is about to be pulled.
    const forget = (): void => { if (this.#present.get(image) === entry) this.#present.delete(image) }
    looked.then(present => { if (present === null) forget() }, forget)
    return looked
  }

  forget(image: string): void {
    this.#present.delete(image)
  }

  /** What the image of a container is recorded as: the reference by digest it was made of, else what is known of its id. */
  async digestOf(imageId: string, madeOf: string): Promise<string> {
    if (madeOf.includes('@')) return recordable(madeOf)
    const known = this.#digests.get(imageId)
    if (known !== undefined) return known
    const digest = await this.docker.calls.getImage(imageId).inspect().then(({ RepoDigests }) => digestFor(madeOf, RepoDigests) ?? RepoDigests?.[0] ?? imageId, error => {
      if (isDockerAway(error)) throw error
      return imageId
    })
    if (this.#digests.size >= KEPT) this.#digests.clear()
    this.#digests.set(imageId, recordable(digest))
    return recordable(digest)
  }

  async #look(image: string): Promise<Present | null> {
    try {
      const { RepoDigests } = await this.docker.calls.getImage(image).inspect()
      const reference = digestFor(image, RepoDigests)
      return { digest: reference === null ? null : parseImage(reference).digest }
    } catch (error) {
      if (statusOf(error) === 404) return null
      throw error
    }
  }
}

/** An image may be known under several names, each with a digest of its own. */
function digestFor(image: string, references: readonly string[] | null | undefined): string | null {
  const { repository } = parseImage(image)
  return references?.find(reference => parseImage(reference).repository === repository) ?? null
}
