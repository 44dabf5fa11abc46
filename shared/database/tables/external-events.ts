import { execute, rows, type Session } from '../database.js'
import { namespacesCondition } from './run-pages.js'

export interface ExternalEventRow {
  readonly event_id: number
  readonly name: string
  readonly run_key: number | null
  /** JSON text. */
  readonly payload: string
  readonly is_rejected: number
  readonly posted_by: string | null
  readonly created_at: number
}

export interface NewExternalEvent {
  readonly name: string
  /** Null: for every run that waits for it. */
  readonly run_key: number | null
  readonly payload: string
  readonly is_rejected: boolean
  readonly posted_by: string | null
}

export async function insertExternalEvent(session: Session, { name, run_key, payload, is_rejected, posted_by }: NewExternalEvent): Promise<void> {
  await execute(session, `INSERT INTO external_events (name, run_key, payload, is_rejected, posted_by, created_at) VALUES (?, ?, ?, ?, ?, ${session.dialect.now})`,
    [name, run_key, payload, Number(is_rejected), posted_by])
}

/** The first event of this name, for this run or for all, that was posted at `since` or later. */
export async function firstEvent(session: Session, name: string, runKey: number, since: number): Promise<ExternalEventRow | undefined> {
  return (await rows<ExternalEventRow>(session, `SELECT * FROM external_events WHERE name = ? AND created_at >= ? AND (run_key IS NULL OR run_key = ?)
    ORDER BY created_at, event_id LIMIT 1`, [name, since, runKey]))[0]
}

export interface ExternalEventListRow extends ExternalEventRow {
  readonly dag_id: string | null
  readonly run_id: string | null
}

export interface ExternalEventFilter {
  readonly name?: string
  /** Only those below this key. */
  readonly before?: number
  /** Only this key and those above. */
  readonly from?: number
  /** Only events for runs of DAGs in these. */
  readonly namespaces?: readonly string[]
  readonly limit: number
}

/** Events that are looked at for one page, when a condition goes with no index. */
const WINDOW = 20_000

/** The newest events first; `next` is where the page after it begins, and null on the last. For some namespaces a page may be short and have a next one. */
export async function pageOfExternalEvents(session: Session, filter: ExternalEventFilter): Promise<{ readonly events: readonly ExternalEventListRow[]; readonly next: number | null }> {
  const { name, namespaces, limit } = filter
  const from = namespaces === undefined ? null : await windowEnd(session, name, filter.before)
  const found = await listExternalEvents(session, { ...filter, limit: limit + 1, ...(from !== null && { from }) })
  const events = found.slice(0, limit)
  return { events, next: found.length > limit ? events.at(-1)?.event_id ?? null : from }
}

/** The last event of those that a page looks at; null when those are all. */
async function windowEnd(session: Session, name: string | undefined, before = Number.MAX_SAFE_INTEGER): Promise<number | null> {
  const last = await rows<{ event_id: number }>(session, `SELECT event_id FROM external_events ${session.dialect.byIndex(name === undefined ? 'PRIMARY' : 'external_events_newest')} WHERE ${name === undefined ? '' : 'name = ? AND '}event_id < ? ORDER BY event_id DESC LIMIT 1 OFFSET ?`,
    [...(name === undefined ? [] : [name]), before, WINDOW - 1])
  return last[0]?.event_id ?? null
}

/** The newest events first. */
export async function listExternalEvents(session: Session, { name, before, from, namespaces, limit }: ExternalEventFilter): Promise<ExternalEventListRow[]> {
  const inNamespaces = namespacesCondition('d.dag_id', namespaces ?? [])
  const conditions = [...(name === undefined ? [] : ['e.name = ?']), ...(before === undefined ? [] : ['e.event_id < ?']), ...(from === undefined ? [] : ['e.event_id >= ?']), ...(namespaces === undefined ? [] : [inNamespaces.sql])]
  // For some namespaces only events of runs count; from the namespaces to their runs to their events would be a way over all runs.
  const join = namespaces === undefined ? 'LEFT JOIN' : session.dialect.joinInOrder
  return rows(session, `SELECT e.*, d.dag_id, r.run_id FROM external_events e ${session.dialect.byIndex(name === undefined ? 'PRIMARY' : 'external_events_newest')} ${join} dag_runs r ON r.run_key = e.run_key ${join} dags d ON d.dag_key = r.dag_key
    ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`} ORDER BY e.event_id DESC LIMIT ?`,
  [...(name === undefined ? [] : [name]), ...(before === undefined ? [] : [before]), ...(from === undefined ? [] : [from]), ...(namespaces === undefined ? [] : inNamespaces.bindings), limit])
}
