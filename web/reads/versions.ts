import { graphOf } from '../../shared/dag/graph.js'
import type { DagSpec } from '../../shared/dag/model.js'
import type { Session } from '../../shared/database/database.js'
import { readVersion } from '../../shared/database/tables/dag-versions.js'

export interface Version {
  readonly key: number
  readonly number: number
  readonly hash: string
  readonly spec: DagSpec
}

/** About 100 MB at most: a task takes about half a kilobyte. */
const MOST_TASKS = 200_000

/** Versions of DAGs, which never change: to read that of a DAG of 2,000 tasks takes longer than all the rest of an answer. */
export class Versions {
  /** Least recently used first. */
  readonly #kept = new Map<number, Version>()
  #tasks = 0

  constructor(private readonly session: Session) {}

  async get(key: number): Promise<Version> {
    const known = this.#kept.get(key)
    if (known !== undefined) {
      this.#kept.delete(key)
      this.#kept.set(key, known)
      return known
    }
    const found = await readVersion(this.session, key)
    if (found === undefined) throw new Error(`there is no version ${key}`)
    const version = { key, ...found }
    if (!this.#kept.has(key)) this.#keep(version)
    return version
  }

  async all(keys: Iterable<number>): Promise<Map<number, Version>> {
    const found = new Map<number, Version>()
    for (const key of new Set(keys)) found.set(key, await this.get(key))
    return found
  }

  #keep(version: Version): void {
    this.#kept.set(version.key, version)
    this.#tasks += graphOf(version.spec).tasks.size
    for (const [key, old] of this.#kept) {
      if (this.#tasks <= MOST_TASKS || key === version.key) return
      this.#kept.delete(key)
      this.#tasks -= old.spec.tasks.length
    }
  }
}
