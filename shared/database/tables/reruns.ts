import { chunks } from '../chunks.js'
import { execute, rows, type Session } from '../database.js'
import { jsonParameter } from '../dialect.js'
import { ACTIVE_ATTEMPT_STATES, AttemptState } from '../../states/attempt.js'
import { RunState, type WantedRunState } from '../../states/run.js'
import { ACTIVE_STATES, TaskState, TERMINAL_STATES, type WantedState } from '../../states/task-instance.js'
import type { RunRow } from './dag-runs.js'
import { expectAll, type Tallies, type TaskInstanceRow } from './task-instances.js'

/** What people's clearing, marking and cancelling writes: changes of state that no event leads to. */

/** The whole of an instance after a person's change; the row must still have this fence and be in state `from`. */
export interface Rewrite extends Tallies, Pick<TaskInstanceRow,
  'ti_id' | 'fence' | 'state' | 'reason' | 'try_number' | 'infra_losses' | 'map_index' | 'queue' | 'broker_priority' | 'lane_key' | 'wanted'> {
  readonly from: TaskState
  readonly removed: boolean
}

const REWRITE_COLUMNS = [
  ['id', 'integer'], ['f', 'integer'], ['was', 'text'], ['s', 'text'], ['r', 'text'], ['n', 'integer'], ['l', 'integer'], ['mi', 'integer'], ['q', 'text'], ['p', 'integer'],
  ['la', 'integer'], ['w', 'text'], ['x', 'integer'], ['ut', 'integer'], ['ua', 'integer'], ['ub', 'integer'], ['uc', 'integer'], ['ud', 'integer'],
] as const

const quoted = (states: readonly TaskState[]): string => states.map(state => `'${state}'`).join(', ')

export async function rewriteTaskInstances(session: Session, rewrites: readonly Rewrite[]): Promise<void> {
  const { dialect } = session
  for (const chunk of chunks(rewrites, 2_000)) {
    const changed = await execute(session, dialect.updateFrom({
      table: 'task_instances',
      rows: dialect.jsonRows(REWRITE_COLUMNS.map(([name, type]) => ({ name, type }))),
      // MySQL assigns from left to right, so what looks at the old state looks at `was`.
      set: {
        state: 'v.s', reason: 'v.r', try_number: 'v.n', infra_losses: 'v.l', map_index: 'v.mi', queue: 'v.q', broker_priority: 'v.p', lane_key: 'v.la', wanted: 'v.w', is_removed: 'v.x',
        up_total: 'v.ut', up_success: 'v.ua', up_failed: 'v.ub', up_upstream_failed: 'v.uc', up_skipped: 'v.ud',
        due_at: 'CASE WHEN v.s = v.was THEN t.due_at ELSE NULL END', wait_key: 'CASE WHEN v.s = v.was THEN t.wait_key ELSE NULL END',
        scheduled_at: `CASE WHEN v.s = '${TaskState.none}' THEN NULL ELSE t.scheduled_at END`,
        started_at: `CASE WHEN v.s = '${TaskState.none}' THEN NULL ELSE t.started_at END`,
        ended_at: `CASE WHEN v.s NOT IN (${quoted(TERMINAL_STATES)}) THEN NULL WHEN v.was <> v.s THEN ${dialect.now} ELSE t.ended_at END`,
      },
      where: 't.ti_id = v.id AND t.fence = v.f AND t.state = v.was',
    }), [jsonParameter(chunk.map(r => [
      r.ti_id, r.fence, r.from, r.state, r.reason, r.try_number, r.infra_losses, r.map_index, r.queue, r.broker_priority, r.lane_key, r.wanted, Number(r.removed),
      r.up_total, r.up_success, r.up_failed, r.up_upstream_failed, r.up_skipped,
    ]))])
    expectAll('task_instances', chunk.length, changed)
  }
}

/** Those of a map that never had an attempt. One that was dispatched since it was read has one: the transaction is repeated. */
export async function deleteTaskInstances(session: Session, ids: readonly number[]): Promise<void> {
  for (const chunk of chunks(ids)) {
    const deleted = await session.query('task_instances').whereIn('ti_id', [...chunk]).where('fence', 0).delete()
    expectAll('task_instances', chunk.length, deleted)
  }
}

export async function deleteResults(session: Session, ids: readonly number[]): Promise<void> {
  for (const chunk of chunks(ids)) await session.query('results').whereIn('ti_id', [...chunk]).delete()
}

export interface Wish extends Pick<TaskInstanceRow, 'ti_id' | 'fence' | 'state' | 'reason'> {
  readonly wanted: WantedState
}

/** Says what is wanted of active instances; it is settled when their attempts end. */
export async function wantTaskInstances(session: Session, wishes: readonly Wish[]): Promise<void> {
  if (wishes.length === 0) return
  const { dialect } = session
  const changed = await execute(session, dialect.updateFrom({
    table: 'task_instances',
    rows: dialect.jsonRows([{ name: 'id', type: 'integer' }, { name: 'f', type: 'integer' }, { name: 'was', type: 'text' }, { name: 'w', type: 'text' }, { name: 'r', type: 'text' }]),
    set: { wanted: 'v.w', reason: 'v.r' },
    where: 't.ti_id = v.id AND t.fence = v.f AND t.state = v.was',
  }), [jsonParameter(wishes.map(({ ti_id, fence, state, wanted, reason }) => [ti_id, fence, state, wanted, reason]))])
  expectAll('task_instances', wishes.length, changed)
}

export type ActiveAttempt = Pick<TaskInstanceRow, 'ti_id' | 'fence' | 'queue'>

/** Gives up attempts that no worker has claimed and none can claim any more. */
export async function loseQueuedAttempts(session: Session, attempts: readonly ActiveAttempt[], detail: string): Promise<void> {
  for (const chunk of chunks(attempts)) {
    const changed = await session.query('attempts').whereIn(['ti_id', 'fence'], chunk.map(({ ti_id, fence }) => [ti_id, fence])).where('state', AttemptState.queued)
      .update({ state: AttemptState.lost, ended_at: session.query.raw(session.dialect.now), reason: AttemptState.lost, detail })
    expectAll('attempts', chunk.length, changed)
  }
}

/** Active attempts of instances of which a person wants something. */
export async function unwantedAttempts(session: Session): Promise<(ActiveAttempt & { readonly state: AttemptState })[]> {
  return rows(session, `SELECT a.ti_id, a.fence, a.queue, a.state FROM task_instances t JOIN attempts a ON a.ti_id = t.ti_id AND a.fence = t.fence
    WHERE t.state IN (${quoted(ACTIVE_STATES)}) AND t.wanted IS NOT NULL AND a.state IN (${ACTIVE_ATTEMPT_STATES.map(() => '?').join(', ')})`, [...ACTIVE_ATTEMPT_STATES])
}

/** Task instances of several runs that have not ended. */
export async function openTaskInstances(session: Session, runKeys: readonly number[]): Promise<TaskInstanceRow[]> {
  const found: TaskInstanceRow[] = []
  for (const chunk of chunks(runKeys)) found.push(...await session.query('task_instances').whereIn('run_key', [...chunk]).whereNotIn('state', [...TERMINAL_STATES]).orderBy('ti_id') as TaskInstanceRow[])
  return found
}

/** Task instances of several runs, by run. */
export async function taskInstancesOfRuns(session: Session, runKeys: readonly number[]): Promise<Map<number, TaskInstanceRow[]>> {
  const byRun = new Map<number, TaskInstanceRow[]>(runKeys.map(key => [key, []]))
  for (const chunk of chunks(runKeys)) {
    const found = await session.query('task_instances').whereIn('run_key', [...chunk]).orderBy('ti_id') as TaskInstanceRow[]
    for (const row of found) byRun.get(row.run_key)?.push(row)
  }
  return byRun
}

/** Says what unfinished runs shall end as. */
export async function wantRuns(session: Session, runKeys: readonly number[], wanted: WantedRunState, reason: string): Promise<void> {
  for (const chunk of chunks(runKeys)) await session.query('dag_runs').whereIn('run_key', [...chunk]).where('state', RunState.running).update({ wanted, reason })
}

/** Ends runs that have not started: they wait for `max_active_runs`, or were cleared and wait for it again. */
export async function endQueuedRuns(session: Session, runKeys: readonly number[], state: RunState, reason: string): Promise<void> {
  for (const chunk of chunks(runKeys)) {
    await session.query('dag_runs').whereIn('run_key', [...chunk]).where('state', RunState.queued).update({ state, reason, wanted: null, ended_at: session.query.raw(session.dialect.now) })
  }
}

/** Lets runs go on: ended ones as `state`, all without an end that was wanted of them. */
export async function reopenRuns(session: Session, runKeys: readonly number[], state: RunState, reason: string): Promise<void> {
  for (const chunk of chunks(runKeys)) {
    await session.query('dag_runs').whereIn('run_key', [...chunk]).update({ state, reason, ended_at: null, wanted: null, timeout_at: null })
  }
}

/** Moves runs to a version of their DAG. */
export async function moveRuns(session: Session, runKeys: readonly number[], versionKey: number): Promise<void> {
  for (const chunk of chunks(runKeys)) await session.query('dag_runs').whereIn('run_key', [...chunk]).update({ version_key: versionKey })
}

/** The runs of a DAG by their ids. */
export async function runsById(session: Session, dagKey: number, runIds: readonly string[]): Promise<RunRow[]> {
  const found: RunRow[] = []
  for (const chunk of chunks(runIds)) found.push(...await session.query('dag_runs').where('dag_key', dagKey).whereIn('run_id', [...chunk]) as RunRow[])
  return found
}

/** The runs of a DAG whose logical dates are in [from, to], oldest first; at most `limit`. */
export async function runsOfDates(session: Session, dagKey: number, from: number, to: number, limit: number): Promise<RunRow[]> {
  return rows(session, 'SELECT * FROM dag_runs WHERE dag_key = ? AND logical_date >= ? AND logical_date <= ? ORDER BY logical_date, run_key LIMIT ?', [dagKey, from, to, limit])
}

export async function unfinishedRuns(session: Session, dagKey: number, limit: number): Promise<RunRow[]> {
  return rows(session, 'SELECT * FROM dag_runs WHERE dag_key = ? AND state IN (?, ?) ORDER BY logical_date, run_key LIMIT ?', [dagKey, RunState.queued, RunState.running, limit])
}

/** The keys of the newest versions of these DAGs. */
export async function newestVersions(session: Session, dagKeys: readonly number[]): Promise<Map<number, number>> {
  const found = new Map<number, number>()
  for (const chunk of chunks([...new Set(dagKeys)])) {
    const some = await session.query('dags').whereIn('dag_key', [...chunk]).whereNotNull('version_key').select('dag_key', 'version_key') as { dag_key: number; version_key: number }[]
    for (const { dag_key, version_key } of some) found.set(dag_key, version_key)
  }
  return found
}
