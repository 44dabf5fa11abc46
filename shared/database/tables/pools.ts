import { chunks } from '../chunks.js'
import { rows, type Session } from '../database.js'
import { ACTIVE_STATES, TaskState } from '../../states/task-instance.js'

export interface PoolRow {
  readonly name: string
  /** 0 lets nothing of the pool start. */
  readonly slots: number
  readonly description: string | null
}

export async function listPools(session: Session): Promise<PoolRow[]> {
  return rows(session, 'SELECT name, slots, description FROM pools ORDER BY name')
}

/** Locks a pool, so that no DAG that names it is accepted meanwhile; undefined when there is none. */
export async function lockPool(session: Session, name: string): Promise<PoolRow | undefined> {
  return (await rows<PoolRow>(session, `SELECT name, slots, description FROM pools WHERE name = ?${session.dialect.forUpdate}`, [name]))[0]
}

/** Those of these pools that there are; they are not deleted before the transaction has ended. */
export async function lockPools(session: Session, names: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>()
  for (const chunk of chunks([...names].sort())) {
    const sql = `SELECT name FROM pools WHERE name IN (${chunk.map(() => '?').join(', ')}) ORDER BY name${session.dialect.forUpdate}`
    for (const { name } of await rows<{ name: string }>(session, sql, [...chunk])) found.add(name)
  }
  return found
}

/** Makes a pool or changes it; no description leaves the one there is. */
export async function writePool(session: Session, { name, slots, description }: PoolRow): Promise<void> {
  const merge = description === null ? { slots } : { slots, description }
  await session.query('pools').insert({ name, slots, description }).onConflict('name').merge(merge)
}

export async function deletePool(session: Session, name: string): Promise<boolean> {
  return (await session.query('pools').where({ name }).delete()) > 0
}

const quoted = (states: readonly TaskState[]): string => states.map(state => `'${state}'`).join(', ')
const POOL_STATES = quoted([...ACTIVE_STATES, TaskState.scheduled])

export interface PoolUse {
  readonly pool: string
  readonly state: TaskState
  readonly tasks: number
  readonly slots: number
}

/** How many task instances hold slots of each pool or wait for some, by state. */
export async function poolUse(session: Session): Promise<PoolUse[]> {
  const found = await rows<PoolUse>(session, `SELECT l.pool, t.state, SUM(t.tasks) AS tasks, SUM(t.tasks * l.pool_slots) AS slots
    FROM (SELECT state, lane_key, COUNT(*) AS tasks FROM task_instances WHERE state IN (${POOL_STATES}) GROUP BY state, lane_key) t
    JOIN lanes l ON l.lane_key = t.lane_key WHERE l.pool IS NOT NULL GROUP BY l.pool, t.state`)
  // MySQL gives sums as texts.
  return found.map(({ tasks, slots, ...use }) => ({ ...use, tasks: Number(tasks), slots: Number(slots) }))
}

export interface PoolMember {
  readonly dag_id: string
  readonly run_id: string
  readonly task_id: string
  readonly map_index: number
  readonly state: TaskState
  readonly slots: number
  /** When it took its slots, or since when it has waited for them. */
  readonly since: number | null
}

/** The task instances that hold slots of a pool, those that took them first before the others. */
export async function poolHolders(session: Session, pool: string): Promise<PoolMember[]> {
  return rows(session, `SELECT d.dag_id, r.run_id, t.task_id, t.map_index, t.state, l.pool_slots AS slots, a.queued_at AS since
    FROM task_instances t JOIN lanes l ON l.lane_key = t.lane_key JOIN dag_runs r ON r.run_key = t.run_key JOIN dags d ON d.dag_key = t.dag_key
      LEFT JOIN attempts a ON a.ti_id = t.ti_id AND a.fence = t.fence
    WHERE t.state IN (${quoted(ACTIVE_STATES)}) AND l.pool = ? ORDER BY a.queued_at, t.ti_id`, [pool])
}

/** The task instances that wait for slots of a pool, in the order in which they are looked at. */
export async function poolWaiters(session: Session, pool: string, limit: number): Promise<PoolMember[]> {
  return rows(session, `SELECT d.dag_id, r.run_id, t.task_id, t.map_index, t.state, l.pool_slots AS slots, t.scheduled_at AS since
    FROM task_instances t JOIN lanes l ON l.lane_key = t.lane_key JOIN dag_runs r ON r.run_key = t.run_key JOIN dags d ON d.dag_key = t.dag_key
    WHERE t.state = '${TaskState.scheduled}' AND l.pool = ? ORDER BY t.broker_priority, t.ti_id LIMIT ?`, [pool, limit])
}
