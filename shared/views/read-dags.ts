import { RESERVED_PREFIX } from '../dag/ids.js'
import type { Database } from '../database/database.js'
import { newestRunsOf } from '../database/tables/dag-runs.js'
import { readSpecs } from '../database/tables/dag-versions.js'
import { listDags } from '../database/tables/dags.js'
import { iso } from '../time/iso.js'
import { scheduleText } from './schedule-text.js'

/** A DAG in a list, as `--json` shows it. Documented in docs/cli.md: fields are added, never changed. */
export interface DagListItem {
  readonly dag: string
  readonly file: string
  readonly schedule: string | null
  readonly timezone: string
  readonly paused: boolean
  readonly owner: string | null
  readonly tags: readonly string[]
  /** When its next run is due. */
  readonly nextRun: string | null
  readonly lastRun: { readonly run: string; readonly state: string } | null
}

/** Longshore's own DAGs are of interest to few. */
export async function readDags(database: Database, withOwn = false): Promise<DagListItem[]> {
  const dags = (await listDags(database)).filter(({ dag_id, version_key }) => version_key !== null && (withOwn || !dag_id.startsWith(RESERVED_PREFIX)))
  const specs = await readSpecs(database, dags.map(({ version_key }) => version_key))
  const newest = await newestRunsOf(database, dags.map(({ dag_key }) => dag_key), 1)
  return dags.flatMap(row => {
    const spec = specs.get(row.version_key)
    if (spec === undefined) return []
    const last = newest.get(row.dag_key)?.[0]
    return [{
      dag: row.dag_id, file: row.file, schedule: scheduleText(spec.schedule), timezone: spec.timezone, paused: row.is_paused !== 0, owner: spec.owner, tags: spec.tags,
      nextRun: row.is_paused !== 0 ? null : iso(row.next_due_at), lastRun: last === undefined ? null : { run: last.run_id, state: last.state },
    }]
  })
}
