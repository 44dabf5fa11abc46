import { chunks } from '../chunks.js'
import { execute, rows, type Session } from '../database.js'
import { jsonParameter } from '../dialect.js'
import type { Pull, Resources } from '../../protocol/events.js'
import { ACTIVE_ATTEMPT_STATES, AttemptState } from '../../states/attempt.js'
import { expectAll, type TaskInstanceRow } from './task-instances.js'

export interface AttemptRow {
  readonly ti_id: number
  readonly fence: number
  readonly state: AttemptState
  readonly try_number: number
  readonly queue: string
  readonly last_seq: number
  readonly worker_id: string | null
  readonly worker_name: string | null
  readonly container: string | null
  readonly image: string | null
  readonly image_digest: string | null
  readonly queued_at: number
  readonly claimed_at: number | null
  readonly started_at: number | null
  readonly finished_at: number | null
  readonly ended_at: number | null
  readonly deadline_at: number | null
  readonly exit_code: number | null
  readonly reason: string | null
  readonly detail: string | null
  readonly log_path: string
  readonly log_bytes: number | null
  readonly log_lines: number | null
  readonly log_truncated: number | null
  readonly cpu_seconds: number | null
  readonly peak_memory: number | null
  readonly io_read: number | null
  readonly io_write: number | null
  /** How long it waited for the pull of its image, milliseconds, and what was downloaded; null when there was none. */
  readonly pull_ms: number | null
  readonly pull_bytes: number | null
}

export interface NewAttempt {
  readonly ti_id: number
  readonly fence: number
  readonly try_number: number
  readonly queue: string
  readonly image: string | null
  readonly log_path: string
  /** Milliseconds from now; null means no deadline. */
  readonly startTimeout: number | null
}

export async function insertAttempts(session: Session, attempts: readonly NewAttempt[]): Promise<void> {
  const { query, dialect } = session
  for (const chunk of chunks(attempts)) await query('attempts').insert(chunk.map(({ startTimeout, ...attempt }) => ({
    ...attempt, state: AttemptState.queued, queued_at: query.raw(dialect.now),
    deadline_at: startTimeout === null ? null : query.raw(`${dialect.now} + ?`, [startTimeout]),
  })))
}

export async function readAttempts(session: Session, refs: readonly { readonly taskInstance: number; readonly fence: number }[]): Promise<Map<string, AttemptRow>> {
  if (refs.length === 0) return new Map()
  const found = await session.query('attempts').whereIn(['ti_id', 'fence'], refs.map(({ taskInstance, fence }) => [taskInstance, fence])) as AttemptRow[]
  return new Map(found.map(row => [`${row.ti_id}.${row.fence}`, row]))
}

export interface AttemptWithInstance {
  readonly attempt: AttemptRow
  readonly instance: TaskInstanceRow
  /** The database's clock at this read. */
  readonly now: number
}

const INSTANCE_COLUMNS = ['run_key', 'dag_key', 'task_id', 'map_index', 'state', 'fence', 'try_number', 'infra_losses', 'queue', 'scheduled_at', 'started_at', 'wanted', 'reason'] as const

/** Attempts with their task instances and the time, in one query: this is read for every event. */
export async function readAttemptsWithInstances(session: Session, refs: readonly { readonly taskInstance: number; readonly fence: number }[]): Promise<Map<string, AttemptWithInstance>> {
  if (refs.length === 0) return new Map()
  const columns = INSTANCE_COLUMNS.map(column => `t.${column} AS t_${column}`).join(', ')
  const found = await rows<Record<string, unknown> & AttemptRow & { now: number }>(session, `SELECT a.*, ${columns}, ${session.dialect.now} AS now
    FROM attempts a JOIN task_instances t ON t.ti_id = a.ti_id WHERE (a.ti_id, a.fence) IN (${session.dialect.name === 'mysql' ? '' : 'VALUES '}${refs.map(() => '(?, ?)').join(', ')})`,
  refs.flatMap(({ taskInstance, fence }) => [taskInstance, fence]))
  return new Map(found.map(row => {
    const instance = Object.fromEntries(INSTANCE_COLUMNS.map(column => [column, row[`t_${column}`]])) as unknown as TaskInstanceRow
    return [`${row.ti_id}.${row.fence}`, { attempt: row, instance: { ...instance, ti_id: row.ti_id }, now: row.now }]
  }))
}

/** What an event, or a loss, makes of an attempt; the row must still have `fromSeq` and be active. */
export interface AttemptUpdate {
  readonly ti_id: number
  readonly fence: number
  readonly fromSeq: number
  readonly state: AttemptState
  readonly lastSeq: number
  readonly claimed: boolean
  readonly ended: boolean
  readonly workerId: string | null
  readonly workerName: string | null
  readonly container: string | null
  readonly imageDigest: string | null
  readonly startedAt: number | null
  readonly finishedAt: number | null
  readonly exitCode: number | null
  readonly reason: string | null
  readonly detail: string | null
  readonly logBytes: number | null
  readonly logLines: number | null
  readonly logTruncated: boolean | null
  readonly resources: Resources | null
  readonly pull: Pull | null
}

const UPDATE_COLUMNS = [
  ['id', 'integer'], ['f', 'integer'], ['q', 'integer'], ['s', 'text'], ['n', 'integer'], ['cl', 'integer'], ['en', 'integer'], ['w', 'text'], ['wn', 'text'], ['c', 'text'],
  ['g', 'text'], ['st', 'double'], ['fi', 'double'], ['x', 'integer'], ['r', 'text'], ['d', 'text'], ['lb', 'integer'], ['ll', 'integer'], ['lt', 'integer'],
  ['cs', 'double'], ['pm', 'integer'], ['ir', 'integer'], ['iw', 'integer'], ['pt', 'integer'], ['pb', 'integer'],
] as const

export async function updateAttempts(session: Session, updates: readonly AttemptUpdate[]): Promise<void> {
  if (updates.length === 0) return
  const { dialect } = session
  const flag = (value: boolean | null): number | null => value === null ? null : Number(value)
  const list = updates.map(u => [
    u.ti_id, u.fence, u.fromSeq, u.state, u.lastSeq, flag(u.claimed), flag(u.ended), u.workerId, u.workerName, u.container, u.imageDigest,
    u.startedAt, u.finishedAt, u.exitCode, u.reason, u.detail, u.logBytes, u.logLines, flag(u.logTruncated),
    u.resources?.cpuSeconds ?? null, u.resources?.peakMemory ?? null, u.resources?.ioRead ?? null, u.resources?.ioWrite ?? null, u.pull?.ms ?? null, u.pull?.bytes ?? null,
  ])
  const active = ACTIVE_ATTEMPT_STATES.map(state => `'${state}'`).join(', ')
  const changed = await execute(session, dialect.updateFrom({
    table: 'attempts',
    rows: dialect.jsonRows(UPDATE_COLUMNS.map(([name, type]) => ({ name, type }))),
    set: {
      state: 'v.s', last_seq: 'v.n',
      claimed_at: `CASE WHEN v.cl = 1 AND t.claimed_at IS NULL THEN ${dialect.now} ELSE t.claimed_at END`,
      ended_at: `CASE WHEN v.en = 1 THEN ${dialect.now} ELSE t.ended_at END`,
      worker_id: 'COALESCE(v.w, t.worker_id)', worker_name: 'COALESCE(v.wn, t.worker_name)', container: 'COALESCE(v.c, t.container)',
      image_digest: 'COALESCE(v.g, t.image_digest)', started_at: 'COALESCE(v.st, t.started_at)', finished_at: 'COALESCE(v.fi, t.finished_at)',
      exit_code: 'v.x', reason: 'v.r', detail: 'v.d', log_bytes: 'v.lb', log_lines: 'v.ll', log_truncated: 'v.lt',
      cpu_seconds: 'v.cs', peak_memory: 'v.pm', io_read: 'v.ir', io_write: 'v.iw',
      pull_ms: 'COALESCE(v.pt, t.pull_ms)', pull_bytes: 'COALESCE(v.pb, t.pull_bytes)',
    },
    where: `t.ti_id = v.id AND t.fence = v.f AND t.last_seq = v.q AND t.state IN (${active})`,
  }), [jsonParameter(list)])
  expectAll('attempts', updates.length, changed)
}

/** Every attempt that is queued on, or running from, this queue. */
export async function activeAttempts(session: Session, queue: string): Promise<AttemptRow[]> {
  return rows(session, `SELECT * FROM attempts WHERE queue = ? AND state IN (${ACTIVE_ATTEMPT_STATES.map(() => '?').join(', ')})`, [queue, ...ACTIVE_ATTEMPT_STATES])
}

/** Active attempts that did not start in time. */
export async function attemptsPastDeadline(session: Session, limit: number): Promise<AttemptRow[]> {
  return rows(session, `SELECT * FROM attempts WHERE state IN (?, ?) AND deadline_at <= ${session.dialect.now} ORDER BY deadline_at LIMIT ?`, [AttemptState.queued, AttemptState.starting, limit])
}

/** Attempts that ended lately in one of these states, so that Redis can be told again. */
export async function recentlyEnded(session: Session, queue: string, states: readonly AttemptState[], since: number): Promise<Pick<AttemptRow, 'ti_id' | 'fence' | 'state'>[]> {
  return rows(session, `SELECT ti_id, fence, state FROM attempts WHERE queue = ? AND state IN (${states.map(() => '?').join(', ')}) AND ended_at >= ?`, [queue, ...states, since])
}

export async function attemptsOfTaskInstance(session: Session, tiId: number): Promise<AttemptRow[]> {
  return rows(session, 'SELECT * FROM attempts WHERE ti_id = ? ORDER BY fence', [tiId])
}

export async function attemptsOfRun(session: Session, runKey: number): Promise<AttemptRow[]> {
  return rows(session, 'SELECT a.* FROM attempts a JOIN task_instances t ON t.ti_id = a.ti_id WHERE t.run_key = ? ORDER BY a.ti_id, a.fence', [runKey])
}
