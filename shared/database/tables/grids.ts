import { RunState, RunType, UNFINISHED_RUN_STATES } from '../../states/run.js'
import type { TaskState } from '../../states/task-instance.js'
import { rows, type Session } from '../database.js'
import type { DatedKey } from './run-pages.js'
import type { RunRow } from './dag-runs.js'

/** What pictures of many runs are made of: grids, calendars, durations. */

/** The newest runs of a DAG by their logical date, newest first; `before` continues an earlier answer. */
export async function gridRuns(session: Session, dagKey: number, before: DatedKey | null, limit: number): Promise<RunRow[]> {
  const [date, key] = before ?? [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]
  // Left to itself, MariaDB goes from the newest run of the DAG to the one that is continued.
  return rows(session, `SELECT * FROM dag_runs ${session.dialect.byIndex('dag_runs_by_date')} WHERE dag_key = ? AND logical_date <= ? AND (logical_date < ? OR run_key < ?)
    ORDER BY logical_date DESC, run_key DESC LIMIT ?`, [dagKey, date, date, key, limit])
}

/** The tasks of a run that are not mapped and are in one state. */
export interface TasksInState {
  readonly run_key: number
  readonly state: TaskState
  readonly tasks: readonly string[]
}

/** How many instances of a mapped task of a run are in one state. */
export interface MappedCount {
  readonly run_key: number
  readonly task_id: string
  readonly state: TaskState
  readonly count: number
}

/**
 * The states of all instances of these runs. What a map has no place for any more is left out.
 *
 * Read from the index alone, grouped in its order, and with one row for all tasks of a run in one state: 50,000 instances as a
 * row each took five times as long, and grouped in another order, for which MariaDB writes a table, thirty times.
 */
export async function readStates(session: Session, runKeys: readonly number[]): Promise<{ readonly single: readonly TasksInState[]; readonly mapped: readonly MappedCount[] }> {
  if (runKeys.length === 0) return { single: [], mapped: [] }
  const from = `FROM task_instances ${session.dialect.byIndex('task_instances_of_run')} WHERE run_key IN (${runKeys.map(() => '?').join(', ')}) AND is_removed = 0`
  // No id has a comma in it.
  const found = await rows<{ run_key: number; state: TaskState; count: number; tasks: string }>(session, `SELECT run_key, state, COUNT(*) AS count, GROUP_CONCAT(task_id) AS tasks ${from} AND map_index < 0 GROUP BY run_key, state`, [...runKeys])
  const single = found.map(({ run_key, state, count, tasks }) => {
    const names = tasks.split(',')
    if (names.length !== count) throw new Error(`the names of ${count} tasks of run ${run_key} are longer than group_concat_max_len`)
    return { run_key, state, tasks: names }
  })
  return { single, mapped: await rows<MappedCount>(session, `SELECT run_key, state, task_id, COUNT(*) AS count ${from} AND map_index >= 0 GROUP BY run_key, state, task_id`, [...runKeys]) }
}

export interface TaskSpan {
  readonly run_key: number
  readonly state: TaskState
  readonly count: number
  readonly started_at: number | null
  readonly ended_at: number | null
}

/** From the first start to the last end of one task in each of these runs, by state. */
export async function spansOfTask(session: Session, runKeys: readonly number[], taskId: string): Promise<TaskSpan[]> {
  if (runKeys.length === 0) return []
  return rows(session, `SELECT run_key, state, COUNT(*) AS count, MIN(started_at) AS started_at, MAX(ended_at) AS ended_at FROM task_instances ${session.dialect.byIndex('task_instances_name')}
    WHERE run_key IN (${runKeys.map(() => '?').join(', ')}) AND task_id = ? AND is_removed = 0 GROUP BY run_key, state`, [...runKeys, taskId])
}

export interface SlotCount {
  /** Milliseconds since the epoch, divided by the size of the slot. */
  readonly slot: number
  readonly state: RunState
  readonly count: number
}

/** Instants from one on and before another. */
export type TimeRange = readonly [from: number, before: number]

const slotIn = ({ dialect }: Session): string => (dialect.name === 'mysql' ? 'logical_date DIV ?' : 'logical_date / CAST(? AS INTEGER)')

/** How many runs of a DAG there are in each slot of time in these ranges, by state. Reads an index and no run; grouped by slot and state at once it takes half as long again. */
export async function countRunsBySlot(session: Session, dagKey: number, ranges: readonly TimeRange[], slotMs: number): Promise<SlotCount[]> {
  const parts = ranges.flatMap(([from, before]) => Object.values(RunState).map(state => ({
    sql: `SELECT ${slotIn(session)} AS slot, '${state}' AS state, COUNT(*) AS count FROM dag_runs ${session.dialect.byIndex('dag_runs_by_dag_date')}
      WHERE dag_key = ? AND type IN (${listOf(RunType)}) AND state = '${state}' AND logical_date >= ? AND logical_date < ? GROUP BY slot`,
    bound: [slotMs, dagKey, from, before],
  })))
  return parts.length === 0 ? [] : rows(session, parts.map(({ sql }) => sql).join(' UNION ALL '), parts.flatMap(({ bound }) => bound))
}

/** The slots of time in which runs of a DAG have not ended, or have ended since an instant of the database's clock. Reads indexes and no run. */
export async function changedSlots(session: Session, dagKey: number, [from, before]: TimeRange, slotMs: number, since: number): Promise<number[]> {
  const one = (index: string, condition: string): string => `SELECT ${slotIn(session)} AS slot FROM dag_runs ${session.dialect.byIndex(index)} WHERE dag_key = ? AND ${condition} AND logical_date >= ? AND logical_date < ?`
  const open = UNFINISHED_RUN_STATES.map(state => `'${state}'`).join(', ')
  const found = await rows<{ slot: number }>(session, `${one('dag_runs_by_dag_date', `type IN (${listOf(RunType)}) AND state IN (${open})`)} UNION ${one('dag_runs_by_end', 'ended_at >= ?')}`,
    [slotMs, dagKey, from, before, slotMs, dagKey, since, from, before])
  return found.map(({ slot }) => slot)
}

const listOf = (values: Readonly<Record<string, string>>): string => Object.values(values).map(value => `'${value}'`).join(', ')

/** How many instances of a run are in each state. */
export async function countStatesOfRun(session: Session, runKey: number): Promise<{ state: TaskState; count: number }[]> {
  return rows(session, `SELECT state, COUNT(*) AS count FROM task_instances ${session.dialect.byIndex('task_instances_of_run')} WHERE run_key = ? AND is_removed = 0 GROUP BY state`, [runKey])
}
