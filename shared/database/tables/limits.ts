import { rows, type Session } from '../database.js'

export interface LimitRow {
  readonly kind: 'pool' | 'queue' | 'dag'
  /** Of a DAG: its id. */
  readonly name: string
  readonly amount: number
  readonly dag_key: number
  readonly is_paused: number
}

/** Slots of every pool, the limits of the queues that have one, and those of these DAGs: one query, because every dispatch asks. */
export async function readAllLimits(session: Session, dagKeys: readonly number[]): Promise<LimitRow[]> {
  const dags = dagKeys.length === 0 ? '' : `
    UNION ALL SELECT 'dag', dag_id, max_active_tasks, dag_key, is_paused FROM dags WHERE dag_key IN (${dagKeys.map(() => '?').join(', ')})`
  return rows(session, `SELECT 'pool' AS kind, name, slots AS amount, 0 AS dag_key, 0 AS is_paused FROM pools
    UNION ALL SELECT 'queue', name, max_active, 0, 0 FROM queues WHERE max_active IS NOT NULL${dags}`, [...dagKeys])
}
