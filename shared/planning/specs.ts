import type { DagSpec } from '../../shared/dag/model.js'
import type { Session } from '../../shared/database/database.js'
import { readSpecs } from '../../shared/database/tables/dag-versions.js'

/** DAG versions never change, so they are read once. Keeps the most recently used. */
export class Specs {
  readonly #cache = new Map<number, DagSpec>()

  constructor(private readonly capacity = 20_000) {}

  async get(session: Session, versionKeys: Iterable<number>): Promise<ReadonlyMap<number, DagSpec>> {
    const found = new Map<number, DagSpec>()
    const missing: number[] = []
    for (const key of new Set(versionKeys)) {
      const spec = this.#cache.get(key)
      if (spec === undefined) { missing.push(key); continue }
      this.#cache.delete(key)
      this.#cache.set(key, spec)
      found.set(key, spec)
    }
    for (const [key, spec] of await readSpecs(session, missing)) {
      this.#cache.set(key, spec)
      found.set(key, spec)
    }
    for (const key of this.#cache.keys()) {
      if (this.#cache.size <= this.capacity) break
      this.#cache.delete(key)
    }
    return found
  }
}
