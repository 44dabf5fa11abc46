import type { Log } from '../../../shared/log.js'
import { monotonic, within } from '../../clock.js'
import { isDockerAway, reasonOf, type DockerApi } from './docker-api.js'
import type { RegistryCredentials } from './registry-auth.js'

/** A registry that takes longer counts as one that cannot be asked: a task waits for it, and its image is here. */
const PATIENCE_MS = 5_000
/** How many times longer it holds that a registry could not be asked. */
const TROUBLE_FACTOR = 3
const KEPT = 1_000

export interface DigestResolverOptions {
  readonly docker: DockerApi
  readonly credentials: RegistryCredentials
  /** How long an answer holds. */
  readonly every: number
  readonly log: Log
  readonly patience?: number
}

interface Known {
  readonly digest: Promise<string | null>
  /** Monotonic; infinite while it is being asked. */
  until: number
}

/** Asks registries, through the daemon, which image a tag stands for now. */
export class DigestResolver {
  readonly #known = new Map<string, Known>()
  /** Images whose registry did not tell. */
  readonly #trouble = new Set<string>()

  constructor(private readonly options: DigestResolverOptions) {}

  /** The digest, asked once for all who want to know within a while; null when the registry does not tell. */
  resolve(image: string): Promise<string | null> {
    const known = this.#known.get(image)
    if (known !== undefined && known.until > monotonic()) return known.digest
    if (this.#known.size >= KEPT) this.#forgetOld()
    const asked: Known = { digest: this.#ask(image), until: Infinity }
    const { every } = this.options
    asked.digest.then(digest => { asked.until = monotonic() + (digest === null ? every * TROUBLE_FACTOR : every) }, () => { asked.until = 0 })
    this.#known.set(image, asked)
    return asked.digest
  }

  /** A pull has told it. */
  learn(image: string, digest: string): void {
    this.#known.set(image, { digest: Promise.resolve(digest), until: monotonic() + this.options.every })
  }

  async #ask(image: string): Promise<string | null> {
    const { docker, credentials, log, patience = PATIENCE_MS } = this.options
    const { auth, origin } = await credentials.of(image)
    const answer = docker.calls.getImage(image).distribution({ ...(auth !== undefined && { authconfig: auth }) }).then(
      (found: unknown) => ({ digest: (found as { Descriptor?: { digest?: string } }).Descriptor?.digest ?? null, why: 'the registry names no digest', error: null }),
      (error: unknown) => ({ digest: null, why: reasonOf(error), error }),
    )
    const { digest, why, error } = await within(patience, answer) ?? { digest: null, why: `no answer within ${patience / 1000} s`, error: null }
    if (isDockerAway(error)) throw error
    if (digest !== null) {
      if (this.#trouble.delete(image)) log.info({ image }, 'the registry tells again which image this is')
    } else if (!this.#trouble.has(image)) {
      if (this.#trouble.size >= KEPT) this.#trouble.clear()
      this.#trouble.add(image)
      log.warn({ image, why, asked: origin }, 'the registry does not tell which image this is now; the one that is here is used')
    }
    return digest
  }

  #forgetOld(): void {
    const now = monotonic()
    for (const [image, { until }] of this.#known) if (until <= now) this.#known.delete(image)
  }
}
