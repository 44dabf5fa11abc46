import { rows, type Session } from '../database.js'
import { namespacesCondition } from './run-pages.js'
import { BackfillState, type Reprocess } from '../../states/backfill.js'

export interface BackfillRow {
  readonly backfill_key: number
  readonly dag_key: number
  readonly state: BackfillState
  readonly from_date: number
  readonly to_date: number
  readonly reprocess: Reprocess
  readonly max_active_runs: number
  readonly is_backwards: number
  readonly params: string
  /** Dates of its range that it left alone because they had a run. */
  readonly skipped: number
  readonly created_by: string | null
  readonly created_at: number
}

export type NewBackfill = Omit<BackfillRow, 'backfill_key' | 'state' | 'is_backwards'> & { readonly is_backwards: boolean }

/** Returns the key of the new backfill. */
export async function insertBackfill(session: Session, backfill: NewBackfill): Promise<number> {
  const [key] = await session.query('backfills').insert({ ...backfill, state: BackfillState.active })
  return key as number
}

export interface BackfillListRow extends BackfillRow {
  readonly dag_id: string
  readonly is_paused: number
}

const LISTED = 'SELECT b.*, d.dag_id, d.is_paused FROM backfills b JOIN dags d ON d.dag_key = b.dag_key'

export interface BackfillFilter {
  readonly dagId?: string
  /** Only those below this key. */
  readonly before?: number
  /** Only of DAGs in these. */
  readonly namespaces?: readonly string[]
  readonly limit: number
}

/** The newest first. */
export async function listBackfills(session: Session, { dagId, before, namespaces, limit }: BackfillFilter): Promise<BackfillListRow[]> {
  const inNamespaces = namespacesCondition('d.dag_id', namespaces ?? [])
  const conditions = [...(dagId === undefined ? [] : ['d.dag_id = ?']), ...(before === undefined ? [] : ['b.backfill_key < ?']), ...(namespaces === undefined ? [] : [inNamespaces.sql])]
  // From the newest backfills to their DAGs, one by one: where there are few DAGs, MariaDB would join all backfills with all of them and sort that.
  const listed = dagId === undefined ? `SELECT b.*, d.dag_id, d.is_paused FROM backfills b ${session.dialect.joinInOrder} dags d ${session.dialect.byIndex('PRIMARY')} ON d.dag_key = b.dag_key` : LISTED
  return rows(session, `${listed} ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`} ORDER BY b.backfill_key DESC LIMIT ?`,
    [...(dagId === undefined ? [] : [dagId]), ...(before === undefined ? [] : [before]), ...(namespaces === undefined ? [] : inNamespaces.bindings), limit])
}

export async function findBackfill(session: Session, key: number): Promise<BackfillListRow | undefined> {
  return (await rows<BackfillListRow>(session, `${LISTED} WHERE b.backfill_key = ?`, [key]))[0]
}

/** The caller holds the lock of its DAG, under which its runs start too. */
export async function setBackfillState(session: Session, key: number, state: BackfillState): Promise<void> {
  await session.query('backfills').where({ backfill_key: key }).update({ state })
}
