import { chunks } from '../chunks.js'
import { execute, rows, type Session } from '../database.js'
import { jsonParameter } from '../dialect.js'
import type { RunRow } from './dag-runs.js'
import { ACTIVE_STATES, isTerminal, TaskState, TERMINAL_STATES, type WantedState } from '../../states/task-instance.js'
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
  readonly lane_key: number
  readonly wanted: WantedState | null
  readonly wait_key: string | null
  /** 1: of a map that has no such index any more. It is kept for its attempts and counts for nothing. */
  readonly is_removed?: number
  readonly up_total: number
  readonly up_success: number
  readonly up_failed: number
  readonly up_upstream_failed: number
  readonly up_skipped: number
  readonly scheduled_at: number | null
  readonly started_at: number | null
  readonly ended_at: number | null
}

export interface NewTaskInstance extends Partial<Tallies> {
  readonly run_key: number
  readonly dag_key: number
  readonly task_id: string
  /** -1: not mapped, or not expanded yet. */
  readonly map_index: number
  readonly state: TaskState
  readonly reason?: string | null
  readonly queue: string
  readonly broker_priority: number
  readonly lane_key: number
  readonly up_total: number
  readonly due_at?: number | null
  readonly wait_key?: string | null
}

export async function insertTaskInstances(session: Session, instances: readonly NewTaskInstance[]): Promise<void> {
  const now = session.query.raw(session.dialect.now)
  for (const chunk of chunks(instances)) {
    await session.query('task_instances').insert(chunk.map(instance => ({
      ...instance, scheduled_at: instance.state === TaskState.scheduled ? now : null, ended_at: isTerminal(instance.state) ? now : null,
    })))
  }
}

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
  for (const [runKey, taskId] of names) {
    const known = byRun.get(runKey)
    if (known === undefined) byRun.set(runKey, [taskId])
    else known.push(taskId)
  }
  const parts = [...byRun].flatMap(([runKey, taskIds]) => [...chunks(taskIds)].map(some => [runKey, some] as const))
  const found: TaskInstanceRow[] = []
  for (const chunk of chunks(parts, PARTS_PER_QUERY)) {
    found.push(...await session.query('task_instances').where(query => {
      for (const [runKey, taskIds] of chunk) void query.orWhere(one => { void one.where('run_key', runKey).whereIn('task_id', [...taskIds]) })
    }) as unknown as TaskInstanceRow[])
  }
  return found
}

/** Each of up to 400 names: SQLite takes 32,766 variables, and conditions 1,000 deep. */
const PARTS_PER_QUERY = 80

/** How many upstream task instances there are, and how many of them ended in which way. */
export interface Tallies {
  readonly up_total: number
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
  readonly map_index: number
  readonly fence: number
  readonly from: TaskState
  readonly state: TaskState
  readonly reason: string | null
  readonly try_number: number
  readonly infra_losses: number
  readonly due_at: number | null
  readonly wait_key: string | null
  /** Set on the first start of the current try; null leaves it. */
  readonly started_at: number | null
  /** Takes an instance out of its map, or back into it; left out: as it is. */
  readonly removed?: boolean
  /** A person had it end so: its outlets are not updated. */
  readonly byHand?: boolean
  /** Added to the row's own; what only waits for more of its upstream changes nothing else. */
  readonly tallies?: Tallies
}

/** What a transition leaves as it is. */
export const unchanged = ({ ti_id, run_key, task_id, map_index, fence, state, reason, try_number, infra_losses, due_at, wait_key }: TaskInstanceRow): Transition =>
  ({ ti_id, run_key, task_id, map_index, fence, from: state, state, reason, try_number, infra_losses, due_at, wait_key, started_at: null })

const TRANSITION_COLUMNS = [
  ['id', 'integer'], ['f', 'integer'], ['was', 'text'], ['s', 'text'], ['r', 'text'], ['n', 'integer'], ['l', 'integer'], ['d', 'integer'], ['w', 'text'], ['mi', 'integer'], ['st', 'integer'], ['x', 'integer'],
  ['ut', 'integer'], ['ua', 'integer'], ['ub', 'integer'], ['uc', 'integer'], ['ud', 'integer'],
] as const

/**
 * Applies transitions by compare-and-set. The caller read these rows under the lock of their runs, so a row that changed
 * since means that a writer ignored that lock: nothing is applied and the transaction is repeated.
 */
export async function applyTransitions(session: Session, transitions: readonly Transition[]): Promise<void> {
  for (const chunk of chunks(transitions, TRANSITIONS_PER_QUERY)) await applySome(session, chunk)
}

/** Reasons are long: what a person cancels at once must not outgrow a packet. */
const TRANSITIONS_PER_QUERY = 2_000

async function applySome(session: Session, transitions: readonly Transition[]): Promise<void> {
  const { dialect } = session
  const list = transitions.map(({ tallies: up, ...t }) => [
    t.ti_id, t.fence, t.from, t.state, t.reason, t.try_number, t.infra_losses, t.due_at, t.wait_key, t.map_index, t.started_at, t.removed === undefined ? null : Number(t.removed),
    up?.up_total ?? 0, up?.up_success ?? 0, up?.up_failed ?? 0, up?.up_upstream_failed ?? 0, up?.up_skipped ?? 0,
  ])
  const changed = await execute(session, dialect.updateFrom({
    table: 'task_instances',
    rows: dialect.jsonRows(TRANSITION_COLUMNS.map(([name, type]) => ({ name, type }))),
    set: {
      state: 'v.s', reason: 'v.r', try_number: 'v.n', infra_losses: 'v.l', due_at: 'v.d', wait_key: 'v.w', map_index: 'v.mi', is_removed: 'COALESCE(v.x, t.is_removed)', started_at: `CASE WHEN v.s = '${TaskState.none}' THEN NULL ELSE COALESCE(v.st, t.started_at) END`,
      // What a person wanted of an attempt is settled when there is none any more.
      wanted: `CASE WHEN v.s IN (${quoted(ACTIVE_STATES)}) THEN t.wanted ELSE NULL END`,
      up_total: 't.up_total + v.ut', up_success: 't.up_success + v.ua', up_failed: 't.up_failed + v.ub', up_upstream_failed: 't.up_upstream_failed + v.uc', up_skipped: 't.up_skipped + v.ud',
      scheduled_at: `CASE WHEN v.s = '${TaskState.scheduled}' AND v.was <> v.s THEN ${dialect.now} ELSE t.scheduled_at END`,
      ended_at: `CASE WHEN v.s NOT IN (${quoted(TERMINAL_STATES)}) THEN NULL WHEN v.was <> v.s THEN ${dialect.now} ELSE t.ended_at END`,
    },
    where: 't.ti_id = v.id AND t.fence = v.f AND t.state = v.was',
  }), [jsonParameter(list)])
  expectAll('task_instances', transitions.length, changed)
}

const quoted = (states: readonly TaskState[]): string => states.map(state => `'${state}'`).join(', ')

/** Slots in use, per lane. Derived from state, never counted on the side. */
export async function activeByLane(session: Session): Promise<{ lane_key: number; active: number }[]> {
  return rows(session, `SELECT lane_key, COUNT(*) AS active FROM task_instances WHERE state IN (${quoted(ACTIVE_STATES)}) GROUP BY lane_key`)
}

/** A runnable instance with what its job is made of. */
export interface Candidate extends TaskInstanceRow, Pick<RunRow, 'version_key' | 'run_id' | 'logical_date' | 'interval_start' | 'interval_end' | 'params'> {}

/**
 * The instances that wait for a slot, best first, whatever holds them back. Chosen before they are joined: MariaDB joins few
 * runs through a buffer, which loses the order of the index, and then sorts the whole backlog (20,000 rows for 320).
 */
export async function scheduledInstances(session: Session, limit: number): Promise<Candidate[]> {
  return rows(session, `SELECT t.*, ${CANDIDATE_COLUMNS} FROM (
      SELECT * FROM task_instances ${session.dialect.byIndex('task_instances_runnable')} WHERE state = '${TaskState.scheduled}' ORDER BY broker_priority, ti_id LIMIT ?
    ) t JOIN dag_runs r ON r.run_key = t.run_key ORDER BY t.broker_priority, t.ti_id`, [limit])
}

const CANDIDATE_COLUMNS = 'r.version_key, r.run_id, r.logical_date, r.interval_start, r.interval_end, r.params'

export async function readCandidates(session: Session, ids: readonly number[]): Promise<Candidate[]> {
  if (ids.length === 0) return []
  return rows(session, `SELECT t.*, ${CANDIDATE_COLUMNS} FROM task_instances t JOIN dag_runs r ON r.run_key = t.run_key WHERE t.ti_id IN (${ids.map(() => '?').join(', ')})`, [...ids])
}

/**
 * The lanes in which anything waits for a slot. Jumps from lane to lane over the index, so a long lane costs as much as a
 * short one. SQLite jumps by recursion. MySQL and MariaDB stop a recursion after 1,000 steps, and look for a MIN above an
 * outer value by reading the index from its start (30 million reads for 1,000 lanes of 30 instances); they jump by
 * themselves when they group by the first columns of an index, once their statistics know of the backlog. The second,
 * impossible state keeps `state` a column to group by: for a constant they would add a temporary table and a sort.
 */
export async function waitingLanes(session: Session): Promise<number[]> {
  const next = (after: string): string => `(SELECT MIN(lane_key) FROM task_instances WHERE state = '${TaskState.scheduled}'${after})`
  const found = await rows<{ lane_key: number }>(session, session.dialect.name === 'mysql'
    ? `SELECT state, lane_key FROM task_instances FORCE INDEX (task_instances_lane) WHERE state IN ('${TaskState.scheduled}', '~') GROUP BY state, lane_key`
    : `WITH RECURSIVE lane (lane_key) AS (
        SELECT ${next('')} UNION ALL SELECT ${next(' AND lane_key > lane.lane_key')} FROM lane WHERE lane.lane_key IS NOT NULL
      ) SELECT lane_key FROM lane WHERE lane_key IS NOT NULL`)
  return found.map(({ lane_key }) => lane_key)
}

export interface LaneHead {
  readonly ti_id: number
  readonly lane_key: number
  readonly broker_priority: number
}

/** The best instances of each lane, as many as it has room for. */
export async function lanesHeads(session: Session, rooms: ReadonlyMap<number, number>): Promise<LaneHead[]> {
  const heads: LaneHead[] = []
  for (const chunk of chunks([...rooms], LANES_PER_QUERY)) {
    const one = `SELECT * FROM (SELECT ti_id, lane_key, broker_priority FROM task_instances WHERE state = '${TaskState.scheduled}' AND lane_key = ? ORDER BY broker_priority, ti_id LIMIT ?) AS head`
    heads.push(...await rows<LaneHead>(session, chunk.map(() => one).join(' UNION ALL '), chunk.flat()))
  }
  return heads
}

/** SQLite allows 500 terms in a compound SELECT. */
const LANES_PER_QUERY = 200

/** scheduled → queued with a new fence. The queue is that of the new attempt, on which people have it taken back. */
export async function markQueued(session: Session, dispatched: readonly { readonly ti_id: number; readonly fence: number; readonly queue: string }[]): Promise<void> {
  if (dispatched.length === 0) return
  const { dialect } = session
  const changed = await execute(session, dialect.updateFrom({
    table: 'task_instances',
    rows: dialect.jsonRows([{ name: 'id', type: 'integer' }, { name: 'f', type: 'integer' }, { name: 'q', type: 'text' }]),
    set: { state: `'${TaskState.queued}'`, queue: 'v.q', fence: 'v.f + 1', reason: 'NULL', due_at: 'NULL', started_at: 'NULL' },
    where: `t.ti_id = v.id AND t.fence = v.f AND t.state = '${TaskState.scheduled}'`,
  }), [jsonParameter(dispatched.map(({ ti_id, fence, queue }) => [ti_id, fence, queue]))])
  expectAll('task_instances', dispatched.length, changed)
}

const WAITING = [TaskState.upForRetry, TaskState.upForReschedule] as const

/**
 * Has everything that waits for one of these, as `wait_key` names it, looked at now. Returns how many that are.
 * Found first and changed by id, so that rows are locked in the order in which the looks themselves lock them.
 *
 * What is due is changed as well: its look may be under way and have seen what was before. The change waits for its lock, and
 * then brings forward what that look has put off. So `due_at` is no condition, by whose index a row could be passed by.
 */
export async function bringForward(session: Session, keys: Iterable<string>): Promise<number> {
  let brought = 0
  for (const chunk of chunks([...keys])) {
    const waiting = await session.query('task_instances').where('state', TaskState.upForReschedule).whereIn('wait_key', [...chunk]).orderBy('ti_id').select('ti_id') as { ti_id: number }[]
    for (const some of chunks(waiting)) {
      brought += await session.query('task_instances').whereIn('ti_id', some.map(({ ti_id }) => ti_id)).where('state', TaskState.upForReschedule).whereIn('wait_key', [...chunk])
        .update({ due_at: session.query.raw(`CASE WHEN due_at > ${session.dialect.now} THEN ${session.dialect.now} ELSE due_at END`) })
    }
  }
  return brought
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
