import { rows, type Session } from '../database.js'
import type { RunState, RunType } from '../../states/run.js'
import type { RunListRow, RunRow } from './dag-runs.js'

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

/** Runs that are looked at for one page, when a condition goes with no index. */
const WINDOW = 20_000
const EVERYTHING = Number.MAX_SAFE_INTEGER

/** The place of a run in the list of a DAG's runs: its logical date and key. */
export type DatedKey = readonly [logicalDate: number, runKey: number]

const AFTER = 'logical_date <= ? AND (logical_date < ? OR run_key < ?)'
const afterDated = ([date, key]: DatedKey): number[] => [date, date, key]

/** The runs of one DAG, newest logical date first. */
export async function pageOfDagRuns(session: Session, dagKey: number, filter: RunPageFilter, after: DatedKey | null): Promise<RunPage<DatedKey>> {
  const { states, type, from, to, limit } = filter
  const start = after ?? [EVERYTHING, EVERYTHING]
  const range = `${AFTER} AND logical_date BETWEEN ? AND ?`
  const bindings = [...afterDated(start), from ?? 0, to ?? EVERYTHING]
  const last = type === null ? null : (await rows<Pick<RunRow, 'logical_date' | 'run_key'>>(session, `SELECT logical_date, run_key FROM dag_runs
    WHERE dag_key = ? AND ${range} ORDER BY logical_date DESC, run_key DESC LIMIT 1 OFFSET ?`, [dagKey, ...bindings, WINDOW]))[0] ?? null
  const residual = `${type === null ? '' : ' AND type = ?'}${last === null ? '' : ' AND (logical_date > ? OR (logical_date = ? AND run_key > ?))'}`
  const rest = [...(type === null ? [] : [type]), ...(last === null ? [] : [last.logical_date, last.logical_date, last.run_key])]
  const one = (state: boolean): string => `SELECT * FROM (SELECT * FROM dag_runs WHERE dag_key = ?${state ? ' AND state = ?' : ''} AND ${range}${residual} ORDER BY logical_date DESC, run_key DESC LIMIT ?) AS page`
  const parts = states.length === 0 ? [{ sql: one(false), bound: [dagKey, ...bindings, ...rest, limit + 1] }] : states.map(state => ({ sql: one(true), bound: [dagKey, state, ...bindings, ...rest, limit + 1] }))
  const found = await named(session, parts, 'r.logical_date DESC, r.run_key DESC', limit + 1)
  const runs = found.slice(0, limit)
  const end = runs.at(-1)
  if (found.length > limit && end !== undefined) return { runs, next: [end.logical_date, end.run_key] }
  // Just past the window, whose end is looked at by the next page.
  return { runs, next: last === null ? null : [last.logical_date, last.run_key + 1] }
}

/** The runs of all DAGs, or of these, the ones made last first. */
export async function pageOfRuns(session: Session, namespaces: readonly string[] | null, filter: RunPageFilter, before: number | null): Promise<RunPage<number>> {
  const { states, type, from, to, limit, dagKey = null, dueFrom = null } = filter
  const upper = before ?? ((await rows<{ newest: number | null }>(session, 'SELECT MAX(run_key) AS newest FROM dag_runs'))[0]?.newest ?? 0) + 1
  const isScan = [namespaces, type, from, to, dagKey, dueFrom].some(condition => condition !== null)
  const lower = isScan ? Math.max(0, upper - WINDOW) : 0
  const inNamespaces = namespacesCondition('dag_id', namespaces ?? [])
  const conditions = [
    'run_key < ? AND run_key >= ?', ...(namespaces === null ? [] : [`dag_key IN (SELECT dag_key FROM dags WHERE ${inNamespaces.sql})`]),
    ...(type === null ? [] : ['type = ?']), ...(from === null ? [] : ['logical_date >= ?']), ...(to === null ? [] : ['logical_date <= ?']),
    ...(dagKey === null ? [] : ['dag_key = ?']), ...(dueFrom === null ? [] : ['due_at >= ?']),
  ].join(' AND ')
  const bindings = [upper, lower, ...(namespaces === null ? [] : inNamespaces.bindings), ...(type === null ? [] : [type]), ...(from === null ? [] : [from]), ...(to === null ? [] : [to]), ...(dagKey === null ? [] : [dagKey]), ...(dueFrom === null ? [] : [dueFrom]), limit + 1]
  const one = (state: boolean): string => `SELECT * FROM (SELECT * FROM dag_runs ${state ? session.dialect.byIndex('dag_runs_newest') : ''} WHERE ${state ? 'state = ? AND ' : ''}${conditions} ORDER BY run_key DESC LIMIT ?) AS page`
  const parts = states.length === 0 ? [{ sql: one(false), bound: bindings }] : states.map(state => ({ sql: one(true), bound: [state, ...bindings] }))
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
