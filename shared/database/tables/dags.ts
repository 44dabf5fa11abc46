import { RESERVED_PREFIX } from '../../dag/ids.js'
import type { DagSpec } from '../../dag/model.js'
import { chunks } from '../chunks.js'
import { execute, rows, type Session } from '../database.js'
import { SAME_LIMIT } from './dag-runs.js'
import { jsonParameter } from '../dialect.js'
import { RunState, UNFINISHED_RUN_STATES } from '../../states/run.js'
import type { DataInterval } from '../../time/timetable.js'

export interface DagRow {
  readonly dag_key: number
  readonly dag_id: string
  readonly version_key: number
  readonly file: string
  readonly is_paused: number
  readonly is_active: number
  readonly max_active_runs: number
  readonly max_active_tasks: number
  readonly next_interval_start: number | null
  readonly next_interval_end: number | null
  readonly next_due_at: number | null
  /** The newest interval that the timetable made a run for. */
  readonly last_interval_start: number | null
  readonly last_interval_end: number | null
}

/** The interval after which the timetable goes on; null before its first run. */
export const lastInterval = ({ last_interval_start: start, last_interval_end: end }: DagRow): DataInterval | null =>
  (start === null || end === null ? null : { dataIntervalStart: start, dataIntervalEnd: end })

export interface NextInterval {
  readonly start: number
  readonly end: number
  readonly dueAt: number
}

export async function findDag(session: Session, dagId: string): Promise<DagRow | undefined> {
  return (await rows<DagRow>(session, 'SELECT * FROM dags WHERE dag_id = ?', [dagId]))[0]
}

/** Those of these DAGs that there are and that a file defines. */
export async function findActiveDags(session: Session, dagIds: readonly string[]): Promise<DagRow[]> {
  const found: DagRow[] = []
  for (const chunk of chunks(dagIds)) found.push(...await session.query('dags').whereIn('dag_id', [...chunk]).where({ is_active: 1 }) as DagRow[])
  return found
}

/** Locks DAGs that may run, in key order; those that another transaction holds are left out. */
export async function lockRunnableDags(session: Session, dagKeys: readonly number[]): Promise<DagRow[]> {
  if (dagKeys.length === 0) return []
  return rows(session, `SELECT * FROM dags WHERE dag_key IN (${dagKeys.map(() => '?').join(', ')}) AND is_active = 1 AND is_paused = 0 ORDER BY dag_key${session.dialect.forUpdateSkipLocked}`, [...dagKeys])
}

export async function listDags(session: Session): Promise<DagRow[]> {
  return rows(session, 'SELECT * FROM dags WHERE is_active = 1 ORDER BY dag_id')
}

/** The DAGs that files define, each with the hash of the version in force; Longshore's own left out. */
export async function listDagHashes(session: Session): Promise<{ readonly dag: string; readonly file: string; readonly hash: string }[]> {
  const found = await rows<{ dag: string; file: string; hash: string }>(session, 'SELECT d.dag_id AS dag, d.file, v.hash FROM dags d JOIN dag_versions v ON v.version_key = d.version_key WHERE d.is_active = 1 ORDER BY d.dag_id')
  return found.filter(({ dag }) => !dag.startsWith(RESERVED_PREFIX))
}

/** Makes sure that a row exists and locks it; the caller completes it in the same transaction. */
export async function lockDag(session: Session, spec: DagSpec, file: string): Promise<DagRow> {
  const lock = (): Promise<DagRow[]> => rows<DagRow>(session, `SELECT * FROM dags WHERE dag_id = ?${session.dialect.forUpdate}`, [spec.dag])
  const [known] = await lock()
  if (known !== undefined) return known
  await session.query('dags').insert({
    dag_id: spec.dag, file, max_active_runs: spec.maxActiveRuns, max_active_tasks: spec.maxActiveTasks, updated_at: 0,
  }).onConflict('dag_id').ignore()
  return (await lock())[0] as DagRow
}

export async function updateDag(session: Session, dagKey: number, versionKey: number, spec: DagSpec, file: string, next: NextInterval | null): Promise<void> {
  await session.query('dags').where({ dag_key: dagKey }).update({
    version_key: versionKey, file, is_active: true, max_active_runs: spec.maxActiveRuns, max_active_tasks: spec.maxActiveTasks,
    ...nextColumns(next), updated_at: session.query.raw(session.dialect.now),
  })
}

/** DAGs that `file` no longer defines get no new runs. */
export async function deactivateDags(session: Session, file: string, except: readonly string[]): Promise<number> {
  return session.query('dags').where({ file, is_active: true }).whereNotIn('dag_id', [...except]).update({ is_active: false })
}

export async function pauseDag(session: Session, dagId: string, paused: boolean): Promise<boolean> {
  return (await session.query('dags').where({ dag_id: dagId }).update({ is_paused: paused })) > 0
}

/** DAGs whose next run is due and that have room for one more run, locked; those that another scheduler holds are left out. */
export async function lockDueDags(session: Session, limit: number): Promise<DagRow[]> {
  const { dialect } = session
  return rows(session, `SELECT d.* FROM dags d WHERE d.is_active = 1 AND d.is_paused = 0 AND d.next_due_at <= ${dialect.now}
    AND (SELECT COUNT(*) FROM dag_runs r WHERE r.dag_key = d.dag_key AND r.state IN (?, ?) AND r.backfill_key IS NULL) < d.max_active_runs
    ORDER BY d.next_due_at LIMIT ?${dialect.forUpdateSkipLocked}`, [...UNFINISHED_RUN_STATES, limit])
}

/** Milliseconds until the next run is due, by the database's clock; null when none is planned. DAGs that are at their run limit are woken by the end of a run, not by time. */
export async function untilNextDue(session: Session): Promise<number | null> {
  const { dialect } = session
  const [row] = await rows<{ wait: number | null }>(session, `SELECT MIN(d.next_due_at) - ${dialect.now} AS wait FROM dags d
    WHERE d.is_active = 1 AND d.is_paused = 0 AND (SELECT COUNT(*) FROM dag_runs r WHERE r.dag_key = d.dag_key AND r.state IN (?, ?) AND r.backfill_key IS NULL) < d.max_active_runs`, [...UNFINISHED_RUN_STATES])
  return row?.wait ?? null
}

export interface TimetablePosition {
  readonly next: NextInterval | null
  /** The interval of the run that was just made; null when there was none to make. */
  readonly made: DataInterval | null
}

export async function setTimetablePositions(session: Session, positions: ReadonlyMap<number, TimetablePosition>): Promise<void> {
  const list = [...positions].map(([dagKey, { next, made }]) => [dagKey, next?.start ?? null, next?.end ?? null, next?.dueAt ?? null, made?.dataIntervalStart ?? null, made?.dataIntervalEnd ?? null])
  await execute(session, session.dialect.updateFrom({
    table: 'dags',
    rows: session.dialect.jsonRows(['k', 's', 'e', 'd', 'ls', 'le'].map(name => ({ name, type: 'integer' }))),
    set: { next_interval_start: 'v.s', next_interval_end: 'v.e', next_due_at: 'v.d', last_interval_start: 'COALESCE(v.ls, t.last_interval_start)', last_interval_end: 'COALESCE(v.le, t.last_interval_end)' },
    where: 't.dag_key = v.k',
  }), [jsonParameter(list)])
}

/** DAGs with queued runs and room to start one, locked in key order. */
export async function lockStartableDags(session: Session, limit: number): Promise<Pick<DagRow, 'dag_key'>[]> {
  const { dialect } = session
  return rows(session, `SELECT d.dag_key FROM dags d WHERE d.is_paused = 0 AND d.dag_key IN (
      SELECT r.dag_key FROM (SELECT dag_key, backfill_key FROM dag_runs WHERE state = ? GROUP BY dag_key, backfill_key) r
      JOIN dags own ON own.dag_key = r.dag_key LEFT JOIN backfills b ON b.backfill_key = r.backfill_key
      WHERE (b.state IS NULL OR b.state <> 'paused')
        AND (SELECT COUNT(*) FROM dag_runs a WHERE a.dag_key = r.dag_key AND a.state = ? AND ${SAME_LIMIT}) < COALESCE(b.max_active_runs, own.max_active_runs))
    ORDER BY d.dag_key LIMIT ?${dialect.forUpdateSkipLocked}`, [RunState.queued, RunState.running, limit])
}

const nextColumns = (next: NextInterval | null) => ({
  next_interval_start: next?.start ?? null, next_interval_end: next?.end ?? null, next_due_at: next?.dueAt ?? null,
})

/** Locks DAGs, before any run: those who start runs of them do the same. */
export async function lockDagRows(session: Session, dagIds: readonly string[]): Promise<Map<string, DagRow>> {
  if (dagIds.length === 0) return new Map()
  const found = await rows<DagRow>(session, `SELECT * FROM dags WHERE dag_id IN (${dagIds.map(() => '?').join(', ')}) ORDER BY dag_id${session.dialect.forUpdate}`, [...dagIds])
  return new Map(found.map(row => [row.dag_id, row]))
}

/** Locks a DAG for what may happen to it only once at a time; undefined when there is none. */
export async function lockDagRow(session: Session, dagId: string): Promise<DagRow | undefined> {
  return (await rows<DagRow>(session, `SELECT * FROM dags WHERE dag_id = ?${session.dialect.forUpdate}`, [dagId]))[0]
}
