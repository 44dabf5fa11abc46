import { rows, type Session } from '../database.js'
import { ACTIVE_ATTEMPT_STATES, type AttemptState } from '../../states/attempt.js'

export interface WorkerAttemptRow {
  readonly dag_id: string
  readonly run_id: string
  readonly task_id: string
  readonly map_index: number
  readonly fence: number
  readonly state: AttemptState
  readonly queue: string
  readonly worker_id: string | null
  readonly worker_name: string | null
  readonly claimed_at: number | null
  readonly started_at: number | null
}

/** The active attempts that a worker has claimed, or all of them (null), those that were claimed first first. How many are active is limited. */
export async function claimedAttempts(session: Session, worker: string | null, limit: number): Promise<WorkerAttemptRow[]> {
  return rows(session, `SELECT d.dag_id, r.run_id, t.task_id, t.map_index, a.fence, a.state, a.queue, a.worker_id, a.worker_name, a.claimed_at, a.started_at
    FROM attempts a ${session.dialect.byIndex('attempts_by_state')} JOIN task_instances t ON t.ti_id = a.ti_id JOIN dag_runs r ON r.run_key = t.run_key JOIN dags d ON d.dag_key = t.dag_key
    WHERE a.state IN (${ACTIVE_ATTEMPT_STATES.map(() => '?').join(', ')}) AND ${worker === null ? 'a.worker_id IS NOT NULL' : 'a.worker_id = ?'} ORDER BY a.claimed_at, a.ti_id LIMIT ?`,
  [...ACTIVE_ATTEMPT_STATES, ...worker === null ? [] : [worker], limit])
}
