import { chunks } from '../chunks.js'
import { execute, rows, type Session } from '../database.js'
import { jsonParameter } from '../dialect.js'
import { RunState, RunType, UNFINISHED_RUN_STATES, type WantedRunState } from '../../states/run.js'
import { TERMINAL_STATES, TaskState } from '../../states/task-instance.js'

export interface RunRow {
  readonly run_key: number
  readonly dag_key: number
  readonly version_key: number
  readonly run_id: string
  readonly type: RunType
  readonly state: RunState
  readonly logical_date: number
  readonly interval_start: number
  readonly interval_end: number
  readonly params: string
  readonly due_at: number
  readonly started_at: number | null
  readonly ended_at: number | null
  readonly backfill_key: number | null
  readonly deadline_at: number | null
  readonly deadline_missed: number
  /** When it is given up; set when it starts. */
  readonly timeout_at: number | null
  readonly wanted: WantedRunState | null
  readonly reason: string | null
}

export interface NewRun {
  readonly dag_key: number
  readonly version_key: number
  readonly run_id: string
  readonly type: RunType
  readonly logical_date: number
  readonly interval_start: number
  readonly interval_end: number
  readonly scheduled_for: number | null
  readonly params: string
  readonly due_at: number
  readonly backfill_key?: number | null
  readonly deadline_at?: number | null
  readonly reason?: string | null
}

/** Inserts runs in state queued; one that exists already, by id or by scheduled date, is left as it is. */
export async function insertRuns(session: Session, runs: readonly NewRun[]): Promise<void> {
  for (const chunk of chunks(runs)) await session.query('dag_runs').insert(chunk.map(run => ({ ...run, state: RunState.queued }))).onConflict().ignore()
}

export async function findRun(session: Session, dagKey: number, runId: string): Promise<RunRow | undefined> {
  return (await rows<RunRow>(session, 'SELECT * FROM dag_runs WHERE dag_key = ? AND run_id = ?', [dagKey, runId]))[0]
}

export interface RunListRow extends RunRow {
  readonly dag_id: string
}

export interface RunFilter {
  readonly dagId?: string
  readonly limit: number
}

/** The newest first. */
export async function listRuns(session: Session, { dagId, limit }: RunFilter): Promise<RunListRow[]> {
  return rows(session, `SELECT r.*, d.dag_id FROM dag_runs r JOIN dags d ON d.dag_key = r.dag_key ${dagId === undefined ? '' : 'WHERE d.dag_id = ?'} ORDER BY r.run_key DESC LIMIT ?`,
    [...(dagId === undefined ? [] : [dagId]), limit])
}

export async function readRuns(session: Session, runKeys: readonly number[]): Promise<Map<number, RunRow>> {
  if (runKeys.length === 0) return new Map()
  const found = await session.query('dag_runs').whereIn('run_key', [...new Set(runKeys)]) as RunRow[]
  return new Map(found.map(run => [run.run_key, run]))
}

/** Locks runs in id order: the order that every transaction keeps. */
export async function lockRuns(session: Session, runKeys: readonly number[]): Promise<Map<number, RunRow>> {
  if (runKeys.length === 0) return new Map()
  const keys = [...new Set(runKeys)].sort((a, b) => a - b)
  const found = await rows<RunRow>(session, `SELECT * FROM dag_runs WHERE run_key IN (${keys.map(() => '?').join(', ')}) ORDER BY run_key${session.dialect.forUpdate}`, keys)
  return new Map(found.map(run => [run.run_key, run]))
}

/** SQL: whether run `a` counts against the same limit as `r`: that of its backfill, or of the DAG. */
export const SAME_LIMIT = '(a.backfill_key = r.backfill_key OR (a.backfill_key IS NULL AND r.backfill_key IS NULL))'

/** The runs of a DAG, or of one of its backfills, that wait for the same limit. */
interface Turn {
  readonly dag_key: number
  readonly backfill_key: number | null
  readonly is_backwards: number
  readonly room: number
}

/**
 * The oldest queued runs of each DAG, and of each of its backfills, at most as many as there is room for. The caller holds
 * the locks of these DAGs. Reads what may start and not what waits, however much that is.
 */
export async function startableRuns(session: Session, dagKeys: readonly number[], limit: number): Promise<RunRow[]> {
  const turns = (await waitingTurns(session, dagKeys)).filter(({ room }) => room > 0)
  const found: RunRow[] = []
  for (const chunk of chunks(turns, TURNS_PER_QUERY)) {
    const sql = chunk.map(({ backfill_key, is_backwards }) => `SELECT * FROM (SELECT * FROM dag_runs WHERE state = '${RunState.queued}' AND dag_key = ?
      AND backfill_key ${backfill_key === null ? 'IS NULL' : '= ?'} ORDER BY logical_date${is_backwards === 0 ? '' : ' DESC'}, run_key LIMIT ?) AS turn`).join(' UNION ALL ')
    found.push(...await rows<RunRow>(session, sql, chunk.flatMap(({ dag_key, backfill_key, room }) => [dag_key, ...(backfill_key === null ? [] : [backfill_key]), Math.min(room, limit)])))
  }
  return found.sort((a, b) => a.run_key - b.run_key).slice(0, limit)
}

/** SQLite allows 500 terms in a compound SELECT. */
const TURNS_PER_QUERY = 200

async function waitingTurns(session: Session, dagKeys: readonly number[]): Promise<Turn[]> {
  if (dagKeys.length === 0) return []
  return rows(session, `SELECT r.dag_key, r.backfill_key, COALESCE(b.is_backwards, 0) AS is_backwards,
      COALESCE(b.max_active_runs, d.max_active_runs) - (SELECT COUNT(*) FROM dag_runs a WHERE a.dag_key = r.dag_key AND a.state = ? AND ${SAME_LIMIT}) AS room
    FROM (SELECT dag_key, backfill_key FROM dag_runs WHERE state = ? AND dag_key IN (${dagKeys.map(() => '?').join(', ')}) GROUP BY dag_key, backfill_key) r
    JOIN dags d ON d.dag_key = r.dag_key LEFT JOIN backfills b ON b.backfill_key = r.backfill_key
    WHERE b.state IS NULL OR b.state <> 'paused'`, [RunState.running, RunState.queued, ...dagKeys])
}

/** Begins runs; each may have milliseconds after which it is given up. */
export async function markRunsStarted(session: Session, runs: readonly { readonly run_key: number; readonly timeout: number | null }[]): Promise<void> {
  if (runs.length === 0) return
  const { dialect } = session
  await execute(session, dialect.updateFrom({
    table: 'dag_runs',
    rows: dialect.jsonRows([{ name: 'k', type: 'integer' }, { name: 'o', type: 'integer' }]),
    set: { state: `'${RunState.running}'`, started_at: dialect.now, ended_at: 'NULL', timeout_at: `${dialect.now} + v.o` },
    where: `t.run_key = v.k AND t.state = '${RunState.queued}'`,
  }), [jsonParameter(runs.map(({ run_key, timeout }) => [run_key, timeout]))])
}

/** The run before this date that depends_on_past looks at: a manual run stands beside the row of dates. */
export async function runBefore(session: Session, dagKey: number, logicalDate: number): Promise<RunRow | undefined> {
  return (await rows<RunRow>(session, `SELECT * FROM dag_runs WHERE dag_key = ? AND logical_date < ? AND type IN (?, ?, ?) ORDER BY logical_date DESC, run_key DESC LIMIT 1`,
    [dagKey, logicalDate, RunType.scheduled, RunType.backfill, RunType.asset]))[0]
}

/** Which of these running runs have only terminal task instances left. Stops at the first other one, so its cost does not grow with the DAG. */
export async function finishedRuns(session: Session, runKeys: readonly number[]): Promise<number[]> {
  if (runKeys.length === 0) return []
  const open = Object.values(TaskState).filter(state => !(TERMINAL_STATES as readonly TaskState[]).includes(state))
  const found = await rows<{ run_key: number }>(session, `SELECT r.run_key FROM dag_runs r WHERE r.run_key IN (${runKeys.map(() => '?').join(', ')}) AND r.state = ?
    AND NOT EXISTS (SELECT 1 FROM task_instances t WHERE t.run_key = r.run_key AND t.state IN (${open.map(() => '?').join(', ')}))`, [...runKeys, RunState.running, ...open])
  return found.map(({ run_key }) => run_key)
}

export async function markRunsEnded(session: Session, outcomes: ReadonlyMap<number, RunState>): Promise<void> {
  if (outcomes.size === 0) return
  const { dialect } = session
  await execute(session, dialect.updateFrom({
    table: 'dag_runs',
    rows: dialect.jsonRows([{ name: 'k', type: 'integer' }, { name: 's', type: 'text' }]),
    set: { state: 'v.s', ended_at: dialect.now, wanted: 'NULL', timeout_at: 'NULL' },
    where: `t.run_key = v.k AND t.state = '${RunState.running}'`,
  }), [jsonParameter([...outcomes])])
}

/** The data interval of the newest successful run before this logical date. */
export async function previousSuccess(session: Session, dagKey: number, before: number): Promise<Pick<RunRow, 'interval_start' | 'interval_end'> | undefined> {
  return (await rows<RunRow>(session, `SELECT interval_start, interval_end FROM dag_runs WHERE dag_key = ? AND logical_date < ? AND state = ?
    ORDER BY logical_date DESC LIMIT 1`, [dagKey, before, RunState.success]))[0]
}

/** The runs of a DAG for one logical date, oldest first: that of the timetable, of a backfill, of a person. */
export async function runsOfDate(session: Session, dagKey: number, logicalDate: number): Promise<RunRow[]> {
  return rows(session, 'SELECT * FROM dag_runs WHERE dag_key = ? AND logical_date = ? ORDER BY run_key', [dagKey, logicalDate])
}

/** The newest run of a DAG whose id begins so. */
export async function newestRunNamed(session: Session, dagKey: number, prefix: string): Promise<RunRow | undefined> {
  const pattern = `${prefix.replaceAll(/[!%_]/g, '!$&')}%`
  return (await rows<RunRow>(session, `SELECT * FROM dag_runs WHERE dag_key = ? AND run_id LIKE ? ESCAPE '!' ORDER BY run_key DESC LIMIT 1`, [dagKey, pattern]))[0]
}

/** The newest runs of each of these DAGs by their logical date, newest first. Reads no more than it returns. */
export async function newestRunsOf(session: Session, dagKeys: readonly number[], limit: number): Promise<Map<number, RunRow[]>> {
  const found = new Map<number, RunRow[]>()
  if (limit === 0) return found
  for (const chunk of chunks(dagKeys, TURNS_PER_QUERY)) {
    const sql = chunk.map(() => 'SELECT * FROM (SELECT * FROM dag_runs WHERE dag_key = ? ORDER BY logical_date DESC, run_key DESC LIMIT ?) AS newest').join(' UNION ALL ')
    for (const run of await rows<RunRow>(session, sql, chunk.flatMap(key => [key, limit]))) found.set(run.dag_key, [...found.get(run.dag_key) ?? [], run])
  }
  for (const runs of found.values()) runs.sort((a, b) => b.logical_date - a.logical_date || b.run_key - a.run_key)
  return found
}

/** The runs that stand for dates of the timetable within a range, whatever made them. */
export async function runsOfDates(session: Session, dagKey: number, first: number, last: number): Promise<RunRow[]> {
  return rows(session, 'SELECT * FROM dag_runs WHERE dag_key = ? AND scheduled_for BETWEEN ? AND ?', [dagKey, first, last])
}

/** Makes runs that exist part of a backfill. */
export async function joinBackfill(session: Session, runKeys: readonly number[], columns: Pick<RunRow, 'params' | 'reason'> & { readonly backfill_key: number }): Promise<void> {
  for (const chunk of chunks(runKeys)) await session.query('dag_runs').whereIn('run_key', [...chunk]).update(columns)
}

export interface BackfillCount {
  readonly backfill_key: number
  readonly state: RunState
  readonly count: number
  /** Milliseconds that those of them took, all together, that have ended. */
  readonly took: number
}

/** The runs of backfills by state. */
export async function countRunsOfBackfills(session: Session, keys: readonly number[]): Promise<BackfillCount[]> {
  if (keys.length === 0) return []
  const found = await rows<BackfillCount>(session, `SELECT backfill_key, state, COUNT(*) AS count, COALESCE(SUM(ended_at - started_at), 0) AS took FROM dag_runs
    WHERE backfill_key IN (${keys.map(() => '?').join(', ')}) GROUP BY backfill_key, state`, [...keys])
  // MySQL sums in decimals, which its driver gives as text.
  return found.map(row => ({ ...row, took: Number(row.took) }))
}

/** The keys of a backfill's runs in these states. */
export async function runsOfBackfill(session: Session, key: number, states: readonly RunState[]): Promise<number[]> {
  const found = await rows<{ run_key: number }>(session, `SELECT run_key FROM dag_runs WHERE backfill_key = ? AND state IN (${states.map(() => '?').join(', ')}) ORDER BY run_key`, [key, ...states])
  return found.map(({ run_key }) => run_key)
}

/** Runs that take longer than they may, and that nobody has given up yet. */
export async function runsPastTimeout(session: Session, limit: number): Promise<RunRow[]> {
  return rows(session, `SELECT * FROM dag_runs WHERE state = ? AND timeout_at <= ${session.dialect.now} AND wanted IS NULL ORDER BY timeout_at LIMIT ?`, [RunState.running, limit])
}

/** A backfill works on the past, where every deadline has passed. */
const BEFORE_DEADLINE = `state IN ('${UNFINISHED_RUN_STATES.join("', '")}') AND deadline_missed = 0 AND deadline_at IS NOT NULL AND backfill_key IS NULL`

/** Runs that have not ended by their deadline, and of which that has not been told yet. */
export async function runsPastDeadline(session: Session, limit: number): Promise<RunRow[]> {
  return rows(session, `SELECT * FROM dag_runs WHERE ${BEFORE_DEADLINE} AND deadline_at <= ${session.dialect.now} ORDER BY deadline_at LIMIT ?`, [limit])
}

export async function markDeadlineMissed(session: Session, runKeys: readonly number[]): Promise<void> {
  if (runKeys.length > 0) await session.query('dag_runs').whereIn('run_key', [...runKeys]).update({ deadline_missed: 1 })
}

/** Milliseconds until the next run has taken too long or misses its deadline, by the database's clock; null when none can. */
export async function untilNextRunTime(session: Session): Promise<number | null> {
  const [row] = await rows<{ wait: number | null }>(session, `SELECT MIN(at) - ${session.dialect.now} AS wait FROM (
    SELECT MIN(timeout_at) AS at FROM dag_runs WHERE state = '${RunState.running}' AND timeout_at IS NOT NULL AND wanted IS NULL
    UNION ALL SELECT MIN(deadline_at) FROM dag_runs WHERE ${BEFORE_DEADLINE}) next_times`)
  return row?.wait ?? null
}
