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

/** The place of a DAG in a list by name: its id; by what is due next: that time and its id. */
export type DagKey = readonly [id: string] | readonly [dueAt: number, id: string]

export interface DagPageRequest extends DagFilter {
  /** By what is due next, only DAGs of which a run is due some day are listed. */
  readonly sort: 'name' | 'due'
  /** The last of the page before. */
  readonly after: DagKey | null
  readonly limit: number
  /** Newest runs of each. */
  readonly runs: number
}

/** DAGs in order, from `after` on; `last` is the key of the next page. */
export async function readDagPage(database: Database, directory: DagDirectory, { sort, after, limit, runs, ...filter }: DagPageRequest): Promise<{ items: DagItem[]; last: DagKey | null }> {
  const wanted = (await directory.list(filter.own)).filter(dag => matches(dag, filter))
  const matching = (sort === 'name' ? wanted : byDue(wanted)).filter(dag => after === null || isAfter(keyOf(dag, sort), after))
  const page = matching.slice(0, limit)
  const newest = await newestRunsOf(database, page.map(({ row }) => row.dag_key), runs)
  return {
    items: page.map(({ row, summary }) => ({
      dag: row.dag_id, file: row.file, paused: row.is_paused !== 0, nextRun: row.is_paused !== 0 ? null : iso(row.next_due_at),
      description: summary.description, owner: summary.owner, tags: [...summary.tags], schedule: summary.schedule, timezone: summary.timezone, runs: (newest.get(row.dag_key) ?? []).map(viewMark),
    })),
    last: matching.length > limit && page.length > 0 ? keyOf(page.at(-1) as ListedDag, sort) : null,
  }
}

const isDue = ({ row }: ListedDag): boolean => row.is_paused === 0 && row.next_due_at !== null
const keyOf = ({ row }: ListedDag, sort: DagPageRequest['sort']): DagKey => (sort === 'name' ? [row.dag_id] : [row.next_due_at ?? 0, row.dag_id])
const byDue = (dags: readonly ListedDag[]): ListedDag[] => dags.filter(isDue).sort((a, b) => (isAfter(keyOf(a, 'due'), keyOf(b, 'due')) ? 1 : -1))

function isAfter(key: DagKey, other: DagKey): boolean {
  const place = key.findIndex((part, at) => part !== other[at])
  return place >= 0 && (key[place] as number | string) > (other[place] as number | string)
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
