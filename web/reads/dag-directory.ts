import { RESERVED_PREFIX } from '../../shared/dag/ids.js'
import type { DagSpec } from '../../shared/dag/model.js'
import type { Database } from '../../shared/database/database.js'
import { readSpecs } from '../../shared/database/tables/dag-versions.js'
import { listDags, type DagRow } from '../../shared/database/tables/dags.js'
import { scheduleText } from '../../shared/views/schedule-text.js'

/** What a list says of a DAG's version; versions never change. */
export interface DagSummary {
  readonly description: string | null
  readonly owner: string | null
  readonly tags: readonly string[]
  readonly schedule: string | null
  readonly timezone: string
  /** Assets that its tasks update. */
  readonly outlets: readonly { readonly asset: string; readonly task: string }[]
}

export interface ListedDag {
  readonly row: DagRow
  readonly summary: DagSummary
}

/** DAGs by id: those that files define, and Longshore's own where they are asked for. Reads each version's specification once, however often the list is asked for. */
export class DagDirectory {
  readonly #summaries = new Map<number, DagSummary>()

  constructor(private readonly database: Database) {}

  async list(withOwn = false): Promise<readonly ListedDag[]> {
    const rows = (await listDags(this.database)).filter(({ dag_id, version_key }) => version_key !== null && (withOwn || !dag_id.startsWith(RESERVED_PREFIX)))
    await this.#learn(rows.map(({ version_key }) => version_key))
    return rows.flatMap(row => {
      const summary = this.#summaries.get(row.version_key)
      return summary === undefined ? [] : [{ row, summary }]
    })
  }

  async #learn(versions: readonly number[]): Promise<void> {
    const current = new Set(versions)
    for (const known of this.#summaries.keys()) if (!current.has(known)) this.#summaries.delete(known)
    const unknown = versions.filter(key => !this.#summaries.has(key))
    if (unknown.length === 0) return
    for (const [key, spec] of await readSpecs(this.database, unknown)) this.#summaries.set(key, summarise(spec))
  }
}

const summarise = ({ description, owner, tags, schedule, timezone, tasks }: DagSpec): DagSummary => ({
  description, owner, tags, schedule: scheduleText(schedule), timezone,
  outlets: tasks.flatMap(({ id, outlets }) => outlets.map(asset => ({ asset, task: id }))),
})
