import { chunks } from '../chunks.js'
import { execute, rows, type Session } from '../database.js'
import { jsonParameter } from '../dialect.js'
import { RunState, type RunType } from '../../states/run.js'
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

export async function listRuns(session: Session, filter: { readonly dagId?: string; readonly limit: number }): Promise<RunListRow[]> {
  const where = filter.dagId === undefined ? '' : 'WHERE d.dag_id = ?'
  return rows(session, `SELECT r.*, d.dag_id FROM dag_runs r JOIN dags d ON d.dag_key = r.dag_key ${where} ORDER BY r.run_key DESC LIMIT ?`,
    [...(filter.dagId === undefined ? [] : [filter.dagId]), filter.limit])
}

export async function readRuns(session: Session, runKeys: readonly number[]): Promise<Map<number, RunRow>> {
  if (runKeys.length === 0) return new Map()
  const found = await session.query('dag_runs').whereIn('run_key', [...new Set(runKeys)]) as RunRow[]
  return new Map(found.map(run => [run.run_key, run]))
}

/** The data interval of the newest run that the timetable made, by DAG. */
export async function lastScheduledIntervals(session: Session, dagKeys: readonly number[]): Promise<Map<number, { dataIntervalStart: number; dataIntervalEnd: number }>> {
  if (dagKeys.length === 0) return new Map()
  const found = await rows<Pick<RunRow, 'dag_key' | 'interval_start' | 'interval_end'>>(session, `SELECT r.dag_key, r.interval_start, r.interval_end FROM dag_runs r
    JOIN (SELECT dag_key, MAX(scheduled_for) AS newest FROM dag_runs WHERE dag_key IN (${dagKeys.map(() => '?').join(', ')}) GROUP BY dag_key) last
      ON last.dag_key = r.dag_key AND last.newest = r.scheduled_for`, [...dagKeys])
  return new Map(found.map(run => [run.dag_key, { dataIntervalStart: run.interval_start, dataIntervalEnd: run.interval_end }]))
}

/** Locks runs in id order: the order that every transaction keeps. */
export async function lockRuns(session: Session, runKeys: readonly number[]): Promise<Map<number, RunRow>> {
  if (runKeys.length === 0) return new Map()
  const keys = [...new Set(runKeys)].sort((a, b) => a - b)
  const found = await rows<RunRow>(session, `SELECT * FROM dag_runs WHERE run_key IN (${keys.map(() => '?').join(', ')}) ORDER BY run_key${session.dialect.forUpdate}`, keys)
  return new Map(found.map(run => [run.run_key, run]))
}

/** The oldest queued runs of each DAG, at most as many as it has room for. The caller holds the locks of these DAGs. */
export async function startableRuns(session: Session, dagKeys: readonly number[], limit: number): Promise<RunRow[]> {
  if (dagKeys.length === 0) return []
  return rows(session, `SELECT * FROM (
      SELECT r.*, ROW_NUMBER() OVER (PARTITION BY r.dag_key ORDER BY r.logical_date, r.run_key) AS position,
        d.max_active_runs - (SELECT COUNT(*) FROM dag_runs a WHERE a.dag_key = r.dag_key AND a.state = ?) AS room
      FROM dag_runs r JOIN dags d ON d.dag_key = r.dag_key
      WHERE r.state = ? AND r.dag_key IN (${dagKeys.map(() => '?').join(', ')})
    ) waiting WHERE position <= room ORDER BY run_key LIMIT ?`, [RunState.running, RunState.queued, ...dagKeys, limit])
}

export async function markRunsStarted(session: Session, runKeys: readonly number[]): Promise<number> {
  return session.query('dag_runs').whereIn('run_key', [...runKeys]).where({ state: RunState.queued })
    .update({ state: RunState.running, started_at: session.query.raw(session.dialect.now) })
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
    set: { state: 'v.s', ended_at: dialect.now },
    where: `t.run_key = v.k AND t.state = '${RunState.running}'`,
  }), [jsonParameter([...outcomes])])
}

/** The data interval of the newest successful run before this logical date. */
export async function previousSuccess(session: Session, dagKey: number, before: number): Promise<Pick<RunRow, 'interval_start' | 'interval_end'> | undefined> {
  return (await rows<RunRow>(session, `SELECT interval_start, interval_end FROM dag_runs WHERE dag_key = ? AND logical_date < ? AND state = ?
    ORDER BY logical_date DESC LIMIT 1`, [dagKey, before, RunState.success]))[0]
}

/** The newest run of each DAG. */
export async function newestRuns(session: Session): Promise<Map<number, RunRow>> {
  const found = await rows<RunRow>(session, `SELECT r.* FROM dag_runs r
    JOIN (SELECT dag_key, MAX(run_key) AS newest FROM dag_runs GROUP BY dag_key) last ON last.newest = r.run_key`)
  return new Map(found.map(run => [run.dag_key, run]))
}
