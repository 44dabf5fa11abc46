import { signatureProblem, type JobPlace } from './job-signature.js'
import type { KeyId, PublicKey } from './key.js'
import { loadPublicKeys, type FoundKey } from './key-files.js'

/** A key that was revoked is believed no longer than this. */
const FRESH_MS = 5_000
/** An unknown key may have been trusted a moment ago; a flood of forged jobs must not make us read files all the time. */
const AGAIN_MS = 500

/** The public keys that a worker trusts. They are read again as it runs: neither trusting nor revoking needs a restart. */
export class Trust {
  #keys = new Map<KeyId, FoundKey>()
  #readAt = -Infinity
  #problem = ''

  constructor(private readonly sources: readonly string[], private readonly onProblem: (error: Error) => void) {}

  get keys(): FoundKey[] {
    this.#refresh(FRESH_MS)
    return [...this.#keys.values()]
  }

  find(id: KeyId): PublicKey | null {
    this.#refresh(FRESH_MS)
    if (!this.#keys.has(id)) this.#refresh(AGAIN_MS)
    return this.#keys.get(id) ?? null
  }

  /** Why a job may not run here, as far as signatures go; null when it may. */
  problemWith(data: unknown, place: JobPlace): string | null {
    return signatureProblem(data, place, id => this.find(id))
  }

  #refresh(age: number): void {
    const now = performance.now()
    if (now - this.#readAt < age) return
    this.#readAt = now
    const problems: Error[] = []
    this.#keys = new Map(this.sources.flatMap(source => loadPublicKeys(source, error => problems.push(error))).map(key => [key.id, key]))
    const problem = problems.map(error => error.message).join('\n')
    if (problem !== this.#problem && problems[0] !== undefined) this.onProblem(problems[0])
    this.#problem = problem
  }
}
