import type { Redis } from 'ioredis'
import { PrefetchList } from '../shared/broker/prefetch.js'
import type { DagSpec } from '../shared/dag/model.js'
import type { Database } from '../shared/database/database.js'
import { dagsDueWithin, type DueDag } from '../shared/database/tables/due-dags.js'
import { listQueues } from '../shared/database/tables/queues.js'
import type { Specs } from '../shared/planning/specs.js'

const EVERY_MS = 30_000
const AHEAD_MS = 30 * 60_000
/** DAGs looked at in one pass, the soonest first. */
const MOST_DAGS = 2_000

/**
 * Tells workers which images the next half hour needs: those of DAGs whose next run is planned. Runs that people, other
 * DAGs or assets start are not foreseen, nor is an image whose name is a template.
 */
export class Prefetch {
  readonly #list: PrefetchList

  constructor(private readonly database: Database, private readonly specs: Specs, redis: Redis, prefix: string) {
    this.#list = new PrefetchList(redis, prefix)
  }

  async runOnce(): Promise<number> {
    const due = await dagsDueWithin(this.database, AHEAD_MS, MOST_DAGS)
    const specs = await this.specs.get(this.database, due.map(({ version_key }) => version_key))
    const needs = imagesNeeded(due, specs)
    for (const { name } of await listQueues(this.database)) await this.#list.write(name, needs.get(name) ?? new Map<string, number>())
    return EVERY_MS
  }
}

/** By queue, when each image is first needed. */
export function imagesNeeded(due: readonly DueDag[], specs: ReadonlyMap<number, DagSpec>): Map<string, Map<string, number>> {
  const needs = new Map<string, Map<string, number>>()
  for (const { version_key, due_at } of due) {
    for (const { kind, image, pull, queue } of specs.get(version_key)?.tasks ?? []) {
      if (kind !== 'container' || image === null || pull === 'never' || /\{[{%]/.test(image)) continue
      const images = needs.get(queue) ?? new Map<string, number>()
      needs.set(queue, images)
      images.set(image, Math.min(due_at, images.get(image) ?? Infinity))
    }
  }
  return needs
}
