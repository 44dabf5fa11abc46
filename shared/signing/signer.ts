import type { JobPayload } from '../protocol/job.js'
import { signJob } from './job-signature.js'
import type { KeyId, PrivateKey } from './key.js'
import { loadPrivateKey } from './key-files.js'

/** How long a rotated key may go unnoticed. */
const FRESH_MS = 2_000

/** Signs jobs with the private key of the moment. It is read again as the scheduler runs: rotating needs no restart. */
export class Signer {
  #key: PrivateKey | null
  #readAt: number
  #problem = ''

  /** Throws when there is a key that cannot be used. */
  constructor(private readonly source: string, private readonly prefix: string, private readonly onProblem: (error: Error) => void) {
    this.#key = loadPrivateKey(source)
    this.#readAt = performance.now()
  }

  /** Null while there is none. */
  get keyId(): KeyId | null {
    return this.#key?.id ?? null
  }

  /** The signed job; as it is without a key. */
  sign(payload: JobPayload): JobPayload {
    this.#refresh()
    return this.#key === null ? payload : signJob(payload, this.prefix, this.#key)
  }

  /** A key that cannot be read any more is used on: the workers decide whether they trust it. */
  #refresh(): void {
    const now = performance.now()
    if (now - this.#readAt < FRESH_MS) return
    this.#readAt = now
    try {
      this.#key = loadPrivateKey(this.source) ?? this.#key
      this.#problem = ''
    } catch (error) {
      const { message } = error as Error
      if (message !== this.#problem) this.onProblem(error as Error)
      this.#problem = message
    }
  }
}
