import { rows, type Session } from '../database.js'

export interface SharedLimit {
  readonly kind: 'pool' | 'queue'
  readonly name: string
  readonly amount: number
}

/** Slots of every pool and the limits of the queues that have one, in one query: every dispatch asks. */
export async function readQueueAndPoolLimits(session: Session): Promise<SharedLimit[]> {
  return rows(session, `SELECT 'pool' AS kind, name, slots AS amount FROM pools UNION ALL SELECT 'queue', name, max_active FROM queues WHERE max_active IS NOT NULL`)
}

export interface DagLimit {
  readonly dag_key: number
  readonly dag_id: string
  readonly max_active_tasks: number
  readonly is_paused: number
}

export async function readDagLimits(session: Session, dagKeys: readonly number[]): Promise<DagLimit[]> {
  if (dagKeys.length === 0) return []
  return rows(session, `SELECT dag_key, dag_id, max_active_tasks, is_paused FROM dags WHERE dag_key IN (${dagKeys.map(() => '?').join(', ')})`, [...dagKeys])
}
