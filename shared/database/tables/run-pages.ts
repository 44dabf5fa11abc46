import { rows, type Session } from '../database.js'
import { RunState, RunType } from '../../states/run.js'
import type { RunListRow } from './dag-runs.js'

/** Lists of runs for people. What they cost does not depend on how many runs there are. */

export interface RunPageFilter {
  /** None: all. */
  readonly states: readonly RunState[]
  readonly type: RunType | null
  /** Logical dates, both included; null is open. */
  readonly from: number | null
  readonly to: number | null
  /** Only of one DAG; what is left out is no condition. */
  readonly dagKey?: number | null
  /** Only what was due since then. */
  readonly dueFrom?: number | null
  readonly limit: number
}

export interface RunPage<Key> {
  readonly runs: readonly RunListRow[]
  /** Where the next page begins, after this; null when there is none. A page may be short and have a next one. */
  readonly next: Key | null
}

/** Runs that are looked at for one page, when a condition goes with no index: some 8 ms of the database's CPU. */
const WINDOW = 10_000
const EVERYTHING = Number.MAX_SAFE_INTEGER

/** The place of a run in the list of a DAG's runs: its logical date and key. */
export type DatedKey = readonly [logicalDate: number, runKey: number]

const AFTER = 'logical_date <= ? AND (logical_date < ? OR run_key < ?)'
const afterDated = ([date, key]: DatedKey): number[] => [date, date, key]

/** The runs of one DAG, newest logical date first. */
export async function pageOfDagRuns(session: Session, dagKey: number, filter: RunPageFilter, after: DatedKey | null): Promise<RunPage<DatedKey>> {
  const { from, to, limit } = filter
  const bound = [...afterDated(after ?? [EVERYTHING, EVERYTHING]), from ?? 0, to ?? EVERYTHING]
  const parts = kindsOf(filter).map(kind => ({
    sql: `SELECT * FROM (SELECT * FROM dag_runs ${session.dialect.byIndex(kind === null ? 'dag_runs_by_date' : 'dag_runs_by_dag_date')} WHERE dag_key = ?${kind === null ? '' : ' AND type = ? AND state = ?'} AND ${AFTER} AND logical_date BETWEEN ? AND ?
      ORDER BY logical_date DESC, run_key DESC LIMIT ?) AS page`,
    bound: [dagKey, ...kind ?? [], ...bound, limit + 1],
  }))
  const found = await named(session, parts, 'r.logical_date DESC, r.run_key DESC', limit + 1)
  const runs = found.slice(0, limit)
  const end = runs.at(-1)
  return { runs, next: found.length > limit && end !== undefined ? [end.logical_date, end.run_key] : null }
}

/** The pairs of type and state that are asked for, each of which is the head of an index; null: all runs, in whose order they are too. */
function kindsOf({ states, type }: RunPageFilter): (readonly [type: RunType, state: RunState] | null)[] {
  if (states.length === 0 && type === null) return [null]
  const types = type === null ? Object.values(RunType) : [type]
  return types.flatMap(one => (states.length === 0 ? Object.values(RunState) : states).map(state => [one, state] as const))
}

/** The runs of all DAGs, or of these, the ones made last first. */
export async function pageOfRuns(session: Session, namespaces: readonly string[] | null, filter: RunPageFilter, before: number | null): Promise<RunPage<number>> {
  const { states, type, from, to, limit, dagKey = null, dueFrom = null } = filter
  const upper = before ?? ((await rows<{ newest: number | null }>(session, 'SELECT MAX(run_key) AS newest FROM dag_runs'))[0]?.newest ?? 0) + 1
  const isOneDag = dagKey !== null
  // What is left goes with no index. Of one DAG that is its type too: its runs by state are in the order of their keys.
  const isScan = [namespaces, from, to, dueFrom, ...(isOneDag ? [type] : [])].some(condition => condition !== null)
  const lower = isScan ? Math.max(0, upper - WINDOW) : 0
  const inNamespaces = namespacesCondition('n.dag_id', namespaces ?? [])
  const conditions = [
    'run_key < ? AND run_key >= ?', ...(namespaces === null ? [] : [inNamespaces.sql]),
    ...(isOneDag && type !== null ? ['type = ?'] : []), ...(from === null ? [] : ['logical_date >= ?']), ...(to === null ? [] : ['logical_date <= ?']), ...(dueFrom === null ? [] : ['due_at >= ?']),
  ].join(' AND ')
  const bindings = [upper, lower, ...(namespaces === null ? [] : inNamespaces.bindings), ...(isOneDag && type !== null ? [type] : []), ...(from === null ? [] : [from]), ...(to === null ? [] : [to]), ...(dueFrom === null ? [] : [dueFrom]), limit + 1]
  const heads = isOneDag ? (states.length === 0 ? Object.values(RunState) : states).map(state => ({ index: 'dag_runs_by_state', head: 'r.dag_key = ? AND state = ? AND ', bound: [dagKey, state] }))
    : kindsOf(filter).map(kind => (kind === null ? { index: 'PRIMARY', head: '', bound: [] } : { index: 'dag_runs_newest', head: 'type = ? AND state = ? AND ', bound: kind }))
  // From the newest runs to their DAGs: from the DAGs, all runs that may be looked at would be sorted.
  const dagsOf = namespaces === null ? '' : `${session.dialect.joinInOrder} dags n ${session.dialect.byIndex('PRIMARY')} ON n.dag_key = r.dag_key`
  const parts = heads.map(({ index, head, bound }) => ({
    sql: `SELECT * FROM (SELECT r.* FROM dag_runs r ${session.dialect.byIndex(index)} ${dagsOf} WHERE ${head}${conditions} ORDER BY run_key DESC LIMIT ?) AS page`, bound: [...bound, ...bindings],
  }))
  const found = await named(session, parts, 'r.run_key DESC', limit + 1)
  const runs = found.slice(0, limit)
  return { runs, next: found.length > limit ? runs.at(-1)?.run_key ?? null : lower > 0 ? lower : null }
}

interface Part {
  readonly sql: string
  readonly bound: readonly (string | number)[]
}

function named(session: Session, parts: readonly Part[], order: string, limit: number): Promise<RunListRow[]> {
  return rows(session, `SELECT r.*, d.dag_id FROM (${parts.map(({ sql }) => sql).join(' UNION ALL ')}) r JOIN dags d ON d.dag_key = r.dag_key ORDER BY ${order} LIMIT ?`,
    [...parts.flatMap(({ bound }) => bound), limit])
}

/** SQL: whether a DAG belongs to one of these namespaces. By ranges, since LIKE would take `_` for any letter; `/` comes after `.`. */
export function namespacesCondition(column: string, namespaces: readonly string[]): { readonly sql: string; readonly bindings: readonly string[] } {
  if (namespaces.length === 0) return { sql: '1 = 0', bindings: [] }
  const one = `${column} = ? OR (${column} >= ? AND ${column} < ?)`
  return { sql: `(${namespaces.map(() => one).join(' OR ')})`, bindings: namespaces.flatMap(name => [name, `${name}.`, `${name}/`]) }
}
