import { chunks } from '../chunks.js'
import { execute, rows, type Session } from '../database.js'
import { jsonParameter, type JsonColumn } from '../dialect.js'
import type { RunRow } from './dag-runs.js'
import { ACTIVE_STATES, TaskState, TERMINAL_STATES } from '../../states/task-instance.js'
import { LongshoreError } from '../../errors.js'

export interface TaskInstanceRow {
  readonly ti_id: number
  readonly run_key: number
  readonly dag_key: number
  readonly task_id: string
  readonly map_index: number
  readonly state: TaskState
  readonly reason: string | null
  readonly fence: number
  readonly try_number: number
  readonly infra_losses: number
  readonly queue: string
  readonly broker_priority: number
  readonly due_at: number | null
  readonly up_success: number
  readonly up_failed: number
  readonly up_upstream_failed: number
  readonly up_skipped: number
  readonly scheduled_at: number | null
  readonly started_at: number | null
  readonly ended_at: number | null
}

export interface NewTaskInstance {
  readonly run_key: number
  readonly dag_key: number
  readonly task_id: string
  readonly state: TaskState
  readonly queue: string
  readonly broker_priority: number
}

export async function insertTaskInstances(session: Session, instances: readonly NewTaskInstance[]): Promise<void> {
  const scheduledAt = session.query.raw(session.dialect.now)
  for (const chunk of chunks(instances)) {
    await session.query('task_instances').insert(chunk.map(instance => ({ ...instance, scheduled_at: instance.state === TaskState.scheduled ? scheduledAt : null })))
  }
}

const COLUMNS = { integer: 'integer', text: 'text', double: 'double' } as const satisfies Record<string, JsonColumn['type']>

export async function runsOfTaskInstances(session: Session, ids: readonly number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map()
  const found = await session.query('task_instances').whereIn('ti_id', [...ids]).select('ti_id', 'run_key') as { ti_id: number; run_key: number }[]
  return new Map(found.map(({ ti_id, run_key }) => [ti_id, run_key]))
}

export async function readTaskInstances(session: Session, ids: readonly number[]): Promise<Map<number, TaskInstanceRow>> {
  if (ids.length === 0) return new Map()
  const found = await session.query('task_instances').whereIn('ti_id', [...ids]) as TaskInstanceRow[]
  return new Map(found.map(row => [row.ti_id, row]))
}

export async function taskInstancesOfRun(session: Session, runKey: number): Promise<TaskInstanceRow[]> {
  return rows(session, 'SELECT * FROM task_instances WHERE run_key = ? ORDER BY ti_id', [runKey])
}

/** The instances of the named tasks, each name with its run. */
export async function readByName(session: Session, names: readonly (readonly [runKey: number, taskId: string])[]): Promise<TaskInstanceRow[]> {
  if (names.length === 0) return []
  const byRun = new Map<number, string[]>()
  for (const [runKey, taskId] of names) byRun.set(runKey, [...(byRun.get(runKey) ?? []), taskId])
  return session.query('task_instances').where(query => {
    for (const [runKey, taskIds] of byRun) void query.orWhere(one => { void one.where('run_key', runKey).whereIn('task_id', taskIds) })
  }) as unknown as Promise<TaskInstanceRow[]>
}

/** How many upstream task instances ended in which way. */
export interface Tallies {
  readonly up_success: number
  readonly up_failed: number
  readonly up_upstream_failed: number
  readonly up_skipped: number
}

/** One compare-and-set: the row must still have this fence and be in state `from`. */
export interface Transition {
  readonly ti_id: number
  readonly run_key: number
  readonly task_id: string
  readonly fence: number
  readonly from: TaskState
  readonly state: TaskState
  readonly reason: string | null
  readonly try_number: number
  readonly infra_losses: number
  readonly due_at: number | null
  /** Set on the first start of the current try; null leaves it. */
  readonly started_at: number | null
  /** Added to the row's own; what only waits for more of its upstream changes nothing else. */
  readonly tallies?: Tallies
}

/** What a transition leaves as it is. */
export const unchanged = ({ ti_id, run_key, task_id, fence, state, reason, try_number, infra_losses, due_at }: TaskInstanceRow): Transition =>
  ({ ti_id, run_key, task_id, fence, from: state, state, reason, try_number, infra_losses, due_at, started_at: null })

/**
 * Applies transitions by compare-and-set. The caller read these rows under the lock of their runs, so a row that changed
 * since means that a writer ignored that lock: nothing is applied and the transaction is repeated.
 */
export async function applyTransitions(session: Session, transitions: readonly Transition[]): Promise<void> {
  if (transitions.length === 0) return
  const { dialect } = session
  const list = transitions.map(({ tallies: up, ...t }) => [
    t.ti_id, t.fence, t.from, t.state, t.reason, t.try_number, t.infra_losses, t.due_at, t.started_at, up?.up_success ?? 0, up?.up_failed ?? 0, up?.up_upstream_failed ?? 0, up?.up_skipped ?? 0,
  ])
  const changed = await execute(session, dialect.updateFrom({
    table: 'task_instances',
    rows: dialect.jsonRows([
      { name: 'id', type: COLUMNS.integer }, { name: 'f', type: COLUMNS.integer }, { name: 'was', type: COLUMNS.text }, { name: 's', type: COLUMNS.text }, { name: 'r', type: COLUMNS.text },
      ...['n', 'l', 'd', 'st', 'ua', 'ub', 'uc', 'ud'].map(name => ({ name, type: COLUMNS.integer })),
    ]),
    set: {
      state: 'v.s', reason: 'v.r', try_number: 'v.n', infra_losses: 'v.l', due_at: 'v.d', started_at: 'COALESCE(v.st, t.started_at)',
      up_success: 't.up_success + v.ua', up_failed: 't.up_failed + v.ub', up_upstream_failed: 't.up_upstream_failed + v.uc', up_skipped: 't.up_skipped + v.ud',
      scheduled_at: `CASE WHEN v.s = '${TaskState.scheduled}' AND v.was <> v.s THEN ${dialect.now} ELSE t.scheduled_at END`,
      ended_at: `CASE WHEN v.s NOT IN (${TERMINAL_STATES.map(state => `'${state}'`).join(', ')}) THEN NULL WHEN v.was <> v.s THEN ${dialect.now} ELSE t.ended_at END`,
    },
    where: 't.ti_id = v.id AND t.fence = v.f AND t.state = v.was',
  }), [jsonParameter(list)])
  expectAll('task_instances', transitions.length, changed)
}

/** Slots in use, per DAG. Derived from state, never counted on the side. */
export async function activeByDag(session: Session): Promise<{ dag_key: number; active: number; max_active_tasks: number }[]> {
  return rows(session, `SELECT t.dag_key, COUNT(*) AS active, d.max_active_tasks FROM task_instances t JOIN dags d ON d.dag_key = t.dag_key
    WHERE t.state IN (${ACTIVE_STATES.map(() => '?').join(', ')}) GROUP BY t.dag_key, d.max_active_tasks`, [...ACTIVE_STATES])
}

/** A runnable instance with what its job is made of. */
export interface Candidate extends TaskInstanceRow, Pick<RunRow, 'version_key' | 'run_id' | 'logical_date' | 'interval_start' | 'interval_end' | 'params'> {
  readonly max_active_tasks: number
}

/**
 * Instances that may be dispatched, best first. DAGs that are full or paused are left out before LIMIT, so that blocked
 * tasks never starve runnable ones.
 */
export async function runnable(session: Session, fullDags: readonly number[], limit: number): Promise<Candidate[]> {
  const join = session.dialect.orderedJoin
  const exclude = fullDags.length === 0 ? '' : `AND t.dag_key NOT IN (${fullDags.map(() => '?').join(', ')})`
  return rows(session, `SELECT t.*, r.version_key, r.run_id, r.logical_date, r.interval_start, r.interval_end, r.params, d.max_active_tasks FROM task_instances t
    ${join} dags d ON d.dag_key = t.dag_key ${join} dag_runs r ON r.run_key = t.run_key
    WHERE t.state = ? AND d.is_paused = 0 ${exclude} ORDER BY t.broker_priority, t.ti_id LIMIT ?`, [TaskState.scheduled, ...fullDags, limit])
}

/** scheduled → queued with a new fence. */
export async function markQueued(session: Session, dispatched: readonly { readonly ti_id: number; readonly fence: number }[]): Promise<void> {
  if (dispatched.length === 0) return
  const { dialect } = session
  const changed = await execute(session, dialect.updateFrom({
    table: 'task_instances',
    rows: dialect.jsonRows([{ name: 'id', type: COLUMNS.integer }, { name: 'f', type: COLUMNS.integer }]),
    set: { state: `'${TaskState.queued}'`, fence: 'v.f + 1', reason: 'NULL', due_at: 'NULL', started_at: 'NULL' },
    where: `t.ti_id = v.id AND t.fence = v.f AND t.state = '${TaskState.scheduled}'`,
  }), [jsonParameter(dispatched.map(({ ti_id, fence }) => [ti_id, fence]))])
  expectAll('task_instances', dispatched.length, changed)
}

const WAITING = [TaskState.upForRetry, TaskState.upForReschedule] as const

/** Instances whose retry or next poke is due by the database's clock. */
export async function dueForRetry(session: Session, limit: number): Promise<TaskInstanceRow[]> {
  return rows(session, `SELECT * FROM task_instances WHERE state IN (?, ?) AND due_at <= ${session.dialect.now} ORDER BY due_at LIMIT ?`, [...WAITING, limit])
}

/** Milliseconds until the next retry or poke; null when none waits. */
export async function untilNextRetry(session: Session): Promise<number | null> {
  const [row] = await rows<{ wait: number | null }>(session, `SELECT MIN(due_at) - ${session.dialect.now} AS wait FROM task_instances WHERE state IN (?, ?)`, [...WAITING])
  return row?.wait ?? null
}

export function expectAll(table: string, wanted: number, changed: number): void {
  if (wanted !== changed) throw new LongshoreError('LS_STALE_READ', `${wanted - changed} of ${wanted} rows of ${table} changed between read and write`)
}

/** Task instances of these runs that did not come through. */
export async function failuresOfRuns(session: Session, runKeys: readonly number[]): Promise<Pick<TaskInstanceRow, 'run_key' | 'task_id'>[]> {
  if (runKeys.length === 0) return []
  return session.query('task_instances').whereIn('run_key', [...runKeys])
    .whereIn('state', [TaskState.failed, TaskState.upstreamFailed, TaskState.cancelled]).select('run_key', 'task_id') as unknown as Promise<Pick<TaskInstanceRow, 'run_key' | 'task_id'>[]>
}

export async function countByQueueAndState(session: Session): Promise<{ queue: string; state: TaskState; count: number }[]> {
  const open = [TaskState.scheduled, ...ACTIVE_STATES, ...WAITING]
  return rows(session, `SELECT queue, state, COUNT(*) AS count FROM task_instances WHERE state IN (${open.map(() => '?').join(', ')}) GROUP BY queue, state`, open)
}
