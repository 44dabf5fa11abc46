import type { RunState } from '../../states/run.js'
import type { TaskState } from '../../states/task-instance.js'
import { rows, type Session } from '../database.js'
import type { DatedKey } from './run-pages.js'
import type { RunRow } from './dag-runs.js'

/** What pictures of many runs are made of: grids, calendars, durations. */

/** The newest runs of a DAG by their logical date, newest first; `before` continues an earlier answer. */
export async function gridRuns(session: Session, dagKey: number, before: DatedKey | null, limit: number): Promise<RunRow[]> {
  const [date, key] = before ?? [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]
  return rows(session, `SELECT * FROM dag_runs WHERE dag_key = ? AND logical_date <= ? AND (logical_date < ? OR run_key < ?)
    ORDER BY logical_date DESC, run_key DESC LIMIT ?`, [dagKey, date, date, key, limit])
}

export interface StateCount {
  readonly run_key: number
  readonly task_id: string
  readonly state: TaskState
  readonly count: number
  /** Whether these are instances of a map: 0 for the one instance of any other task. */
  readonly mapped: number
}

/** How many instances of each task of these runs are in each state. What a map has no place for any more is left out. */
export async function countStates(session: Session, runKeys: readonly number[]): Promise<StateCount[]> {
  if (runKeys.length === 0) return []
  return rows(session, `SELECT run_key, task_id, state, COUNT(*) AS count, MAX(map_index >= 0) AS mapped FROM task_instances ${session.dialect.byIndex('task_instances_name')}
    WHERE run_key IN (${runKeys.map(() => '?').join(', ')}) AND is_removed = 0 GROUP BY run_key, task_id, state`, [...runKeys])
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

/** How many runs of a DAG there are in each slot of time, by state. Reads an index and no run. */
export async function countRunsBySlot(session: Session, dagKey: number, from: number, before: number, slotMs: number, states: readonly RunState[]): Promise<SlotCount[]> {
  const { dialect } = session
  const slot = dialect.name === 'mysql' ? 'logical_date DIV ?' : 'logical_date / ?'
  return rows(session, `SELECT ${slot} AS slot, state, COUNT(*) AS count FROM dag_runs ${dialect.byIndex('dag_runs_by_dag_date')}
    WHERE dag_key = ? AND state IN (${states.map(() => '?').join(', ')}) AND logical_date >= ? AND logical_date < ? GROUP BY slot, state`, [slotMs, dagKey, ...states, from, before])
}

/** How many instances of a run are in each state. */
export async function countStatesOfRun(session: Session, runKey: number): Promise<{ state: TaskState; count: number }[]> {
  return rows(session, 'SELECT state, COUNT(*) AS count FROM task_instances WHERE run_key = ? AND is_removed = 0 GROUP BY state', [runKey])
}
