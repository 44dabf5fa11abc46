import { rows, type Session } from '../database.js'
import { ACTIVE_STATES, TaskState } from '../../states/task-instance.js'
import { RunState } from '../../states/run.js'
import { SAME_LIMIT, type RunRow } from './dag-runs.js'
import type { LaneRow } from './lanes.js'
import type { TaskInstanceRow } from './task-instances.js'

/** What is read only to explain a state to people; nothing is decided by it. */

export interface Holder {
  readonly dag_id: string
  readonly run_id: string
  readonly task_id: string
  readonly map_index: number
  readonly state: TaskState
  readonly pool_slots: number
  readonly started_at: number | null
}

/** Which instances share a limit: those whose lanes agree in these columns. */
export type Sharing = Partial<Pick<LaneRow, 'dag_key' | 'queue' | 'pool' | 'task_id' | 'run_key'>>

/** Active instances that take of a limit, those that have held it longest first. */
export async function holdersOf(session: Session, sharing: Sharing, limit: number): Promise<Holder[]> {
  const columns = Object.entries(sharing)
  const conditions = columns.map(([column]) => ` AND l.${column} = ?`).join('')
  return rows(session, `SELECT d.dag_id, r.run_id, t.task_id, t.map_index, t.state, l.pool_slots, t.started_at
    FROM task_instances t JOIN lanes l ON l.lane_key = t.lane_key JOIN dag_runs r ON r.run_key = t.run_key JOIN dags d ON d.dag_key = t.dag_key
    WHERE t.state IN (${ACTIVE_STATES.map(() => '?').join(', ')})${conditions} ORDER BY COALESCE(t.started_at, t.scheduled_at), t.ti_id LIMIT ?`,
  [...ACTIVE_STATES, ...columns.map(([, value]) => value), limit])
}

/** An instance with its name in full. */
export async function namedInstance(session: Session, tiId: number): Promise<Holder | null> {
  return (await rows<Holder>(session, `SELECT d.dag_id, r.run_id, t.task_id, t.map_index, t.state, l.pool_slots, t.started_at
    FROM task_instances t JOIN lanes l ON l.lane_key = t.lane_key JOIN dag_runs r ON r.run_key = t.run_key JOIN dags d ON d.dag_key = t.dag_key WHERE t.ti_id = ?`, [tiId]))[0] ?? null
}

/** How many instances that wait for a slot come before this one; `atMost` when they are more. */
export async function scheduledBefore(session: Session, { broker_priority, ti_id }: TaskInstanceRow, atMost: number): Promise<number> {
  const [row] = await rows<{ count: number }>(session, `SELECT COUNT(*) AS count FROM (SELECT 1 FROM task_instances
    WHERE state = '${TaskState.scheduled}' AND (broker_priority < ? OR (broker_priority = ? AND ti_id < ?)) LIMIT ?) before_it`, [broker_priority, broker_priority, ti_id, atMost])
  return row?.count ?? 0
}

/** The runs that are running under the same limit as this one, oldest first. */
export async function runsHoldingLimit(session: Session, { run_key }: RunRow): Promise<Pick<RunRow, 'run_id' | 'started_at'>[]> {
  return rows(session, `SELECT a.run_id, a.started_at FROM dag_runs r JOIN dag_runs a ON a.dag_key = r.dag_key AND ${SAME_LIMIT}
    WHERE r.run_key = ? AND a.state = ? ORDER BY a.started_at, a.run_key LIMIT 1000`, [run_key, RunState.running])
}

/** How many queued runs under the same limit are started before this one. */
export async function queuedRunsBefore(session: Session, { run_key }: RunRow, isBackwards: boolean): Promise<number> {
  const earlier = isBackwards ? '>' : '<'
  const [row] = await rows<{ count: number }>(session, `SELECT COUNT(*) AS count FROM dag_runs r JOIN dag_runs a ON a.dag_key = r.dag_key AND ${SAME_LIMIT}
    WHERE r.run_key = ? AND a.state = ? AND (a.logical_date ${earlier} r.logical_date OR (a.logical_date = r.logical_date AND a.run_key < r.run_key))`, [run_key, RunState.queued])
  return row?.count ?? 0
}

export interface BackfillHold {
  readonly state: string
  readonly max_active_runs: number
  readonly is_backwards: number
}

export async function backfillOf(session: Session, { backfill_key }: RunRow): Promise<BackfillHold | null> {
  if (backfill_key === null) return null
  return (await rows<BackfillHold>(session, 'SELECT state, max_active_runs, is_backwards FROM backfills WHERE backfill_key = ?', [backfill_key]))[0] ?? null
}
