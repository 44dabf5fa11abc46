import { rows, type Session } from '../database.js'
import type { AttemptState } from '../../states/attempt.js'
import type { TaskState } from '../../states/task-instance.js'
import { namespacesCondition } from './run-pages.js'

/** Task instances over all DAGs, by the time at which they became runnable. */

export interface TaskPageRow {
  readonly ti_id: number
  readonly dag_id: string
  readonly run_id: string
  readonly task_id: string
  readonly map_index: number
  readonly state: TaskState
  readonly reason: string | null
  readonly queue: string
  readonly try_number: number
  readonly scheduled_at: number
  readonly started_at: number | null
  readonly ended_at: number | null
  /** Of its newest attempt. */
  readonly fence: number
  readonly attempt_state: AttemptState | null
  readonly worker_id: string | null
  readonly worker_name: string | null
  readonly exit_code: number | null
}

/** Time and id of an instance. */
export type TaskKey = readonly [scheduledAt: number, tiId: number]

export interface TaskPageRequest {
  readonly states: readonly TaskState[]
  readonly queues: readonly string[]
  readonly newestFirst: boolean
  /** The last of the page before. */
  readonly after: TaskKey | null
  readonly limit: number
}

/** SQLite allows 500 terms in a compound SELECT. */
const TERMS = 400

/**
 * Keys in order. The index has the time behind state and queue, so each pair of them is read from where the page begins, and no
 * more than a page of it: 10 million instances cost as much as none.
 */
export async function taskKeys(session: Session, { states, queues, newestFirst, after, limit }: TaskPageRequest): Promise<TaskKey[]> {
  const [direction, beyond] = newestFirst ? ['DESC', '<'] as const : ['ASC', '>'] as const
  const from = after === null ? 'scheduled_at IS NOT NULL' : `scheduled_at ${beyond}= ? AND (scheduled_at ${beyond} ? OR ti_id ${beyond} ?)`
  const order = `ORDER BY scheduled_at ${direction}, ti_id ${direction} LIMIT ?`
  const one = `SELECT * FROM (SELECT scheduled_at, ti_id FROM task_instances ${session.dialect.byIndex('task_instances_by_queue')} WHERE state = ? AND queue = ? AND ${from} ${order}) AS part`
  const pairs = states.flatMap(state => queues.map(queue => [state, queue, ...after === null ? [] : [after[0], after[0], after[1]], limit]))
  const found: { scheduled_at: number; ti_id: number }[] = []
  for (let at = 0; at < pairs.length; at += TERMS) {
    const some = pairs.slice(at, at + TERMS)
    found.push(...await rows<{ scheduled_at: number; ti_id: number }>(session, `SELECT * FROM (${some.map(() => one).join(' UNION ALL ')}) AS parts ${order}`, [...some.flat(), limit]))
  }
  const sign = newestFirst ? -1 : 1
  return found.map(({ scheduled_at, ti_id }) => [scheduled_at, ti_id] as const).sort((a, b) => sign * (a[0] - b[0] || a[1] - b[1])).slice(0, limit)
}

/** Those of these instances of which a worker, by name or id, has had an attempt. */
export async function attemptedBy(session: Session, ids: readonly number[], worker: string): Promise<number[]> {
  if (ids.length === 0) return []
  const found = await rows<{ ti_id: number }>(session, `SELECT DISTINCT ti_id FROM attempts WHERE ti_id IN (${ids.map(() => '?').join(', ')}) AND (worker_id = ? OR worker_name = ?)`, [...ids, worker, worker])
  return found.map(({ ti_id }) => ti_id)
}

/** Those of these instances whose DAG this is, or is in one of these namespaces; null is no condition. */
export async function ofDags(session: Session, ids: readonly number[], dag: string | null, namespaces: readonly string[] | null): Promise<number[]> {
  if (ids.length === 0) return []
  const inNamespaces = namespacesCondition('d.dag_id', namespaces ?? [])
  const conditions = [...(dag === null ? [] : ['d.dag_id = ?']), ...(namespaces === null ? [] : [inNamespaces.sql])].map(condition => ` AND ${condition}`).join('')
  const found = await rows<{ ti_id: number }>(session, `SELECT t.ti_id FROM task_instances t ${session.dialect.joinInOrder} dags d ON d.dag_key = t.dag_key WHERE t.ti_id IN (${ids.map(() => '?').join(', ')})${conditions}`,
    [...ids, ...(dag === null ? [] : [dag]), ...(namespaces === null ? [] : inNamespaces.bindings)])
  return found.map(({ ti_id }) => ti_id)
}

export async function readTaskPage(session: Session, ids: readonly number[]): Promise<Map<number, TaskPageRow>> {
  if (ids.length === 0) return new Map()
  const found = await rows<TaskPageRow>(session, `SELECT t.ti_id, d.dag_id, r.run_id, t.task_id, t.map_index, t.state, t.reason, t.queue, t.try_number, t.scheduled_at, t.started_at, t.ended_at,
      t.fence, a.state AS attempt_state, a.worker_id, a.worker_name, a.exit_code
    FROM task_instances t JOIN dag_runs r ON r.run_key = t.run_key JOIN dags d ON d.dag_key = t.dag_key LEFT JOIN attempts a ON a.ti_id = t.ti_id AND a.fence = t.fence
    WHERE t.ti_id IN (${ids.map(() => '?').join(', ')})`, [...ids])
  return new Map(found.map(row => [row.ti_id, row]))
}
