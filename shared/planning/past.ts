import type { TaskSpec } from '../dag/model.js'
import type { DagGraph } from '../dag/graph.js'
import type { Session } from '../database/database.js'
import { runBefore, type RunRow } from '../database/tables/dag-runs.js'
import { readByName, type TaskInstanceRow } from '../database/tables/task-instances.js'
import { RunState } from '../states/run.js'
import { TaskState } from '../states/task-instance.js'

/** Whether the run before lets a task run; `because` names what it waits for. */
export interface PastVerdict {
  readonly ok: boolean
  readonly because: string
}

/**
 * depends_on_past: the same task of the run before succeeded or was skipped; wait_for_downstream: so did everything directly
 * downstream of it. The run before is the newest one of the timetable, a backfill or assets with an earlier logical date.
 * In the first run, or when the run before did not have the task, there is nothing to wait for.
 */
export async function checkPast(session: Session, run: RunRow, task: TaskSpec, graph: DagGraph): Promise<PastVerdict> {
  const before = await runBefore(session, run.dag_key, run.logical_date)
  if (before === undefined) return { ok: true, because: 'it is the first run' }
  const names = [task.id, ...(task.waitForDownstream ? graph.downstream.get(task.id) ?? [] : [])]
  return judgePast(before, await readByName(session, names.map(name => [before.run_key, name] as const)))
}

/** Pure part of {@link checkPast}. */
export function judgePast(before: Pick<RunRow, 'run_id' | 'state'>, instances: readonly Pick<TaskInstanceRow, 'task_id' | 'map_index' | 'state'>[]): PastVerdict {
  if (before.state === RunState.queued) return { ok: false, because: `the run before, ${before.run_id}, has not started` }
  const open = instances.find(({ state }) => state !== TaskState.success && state !== TaskState.skipped)
  if (open === undefined) return { ok: true, because: `it came through in the run before, ${before.run_id}` }
  const name = open.map_index < 0 ? open.task_id : `${open.task_id}[${open.map_index}]`
  return { ok: false, because: `'${name}' of the run before, ${before.run_id}, is ${open.state}; it must be success or skipped` }
}
