import type { Database } from '../../shared/database/database.js'
import { newestRunsOf, type RunRow } from '../../shared/database/tables/dag-runs.js'
import { iso } from '../../shared/time/iso.js'
import { namespaceOf } from '../identity/access.js'
import type { DagItem, RunMark } from '../schemas/dag.js'
import type { DagDirectory, ListedDag } from './dag-directory.js'

export interface DagFilter {
  readonly search?: string | undefined
  readonly tag?: string | undefined
  readonly owner?: string | undefined
  readonly paused?: boolean | undefined
  /** Longshore's own DAGs too. */
  readonly own?: boolean | undefined
  /** Null: all. */
  readonly namespaces: readonly string[] | null
}

export interface DagPageRequest extends DagFilter {
  /** The last id of the page before. */
  readonly after: string | null
  readonly limit: number
  /** Newest runs of each. */
  readonly runs: number
}

/** DAGs by id, from `after` on; `last` is the key of the next page. */
export async function readDagPage(database: Database, directory: DagDirectory, { after, limit, runs, ...filter }: DagPageRequest): Promise<{ items: DagItem[]; last: string | null }> {
  const matching = (await directory.list(filter.own)).filter(dag => matches(dag, filter) && (after === null || dag.row.dag_id > after))
  const page = matching.slice(0, limit)
  const newest = await newestRunsOf(database, page.map(({ row }) => row.dag_key), runs)
  return {
    items: page.map(({ row, summary }) => ({
      dag: row.dag_id, file: row.file, paused: row.is_paused !== 0, nextRun: row.is_paused !== 0 ? null : iso(row.next_due_at),
      description: summary.description, owner: summary.owner, tags: [...summary.tags], schedule: summary.schedule, timezone: summary.timezone, runs: (newest.get(row.dag_key) ?? []).map(viewMark),
    })),
    last: matching.length > limit ? page.at(-1)?.row.dag_id ?? null : null,
  }
}

export const viewMark = ({ run_id, state, logical_date, started_at, ended_at }: RunRow): RunMark =>
  ({ run: run_id, state, logicalDate: iso(logical_date), startedAt: iso(started_at), endedAt: iso(ended_at) })

function matches({ row, summary }: ListedDag, { search, tag, owner, paused, namespaces }: DagFilter): boolean {
  if (namespaces !== null && !namespaces.includes(namespaceOf(row.dag_id))) return false
  if (paused !== undefined && paused !== (row.is_paused !== 0)) return false
  if (tag !== undefined && !summary.tags.includes(tag)) return false
  if (owner !== undefined && summary.owner !== owner) return false
  const text = search?.toLowerCase() ?? ''
  return text === '' || [row.dag_id, summary.description, summary.owner].some(part => part?.toLowerCase().includes(text) === true)
}
