import type { TaskContext } from '../dag/context.js'
import type { DagSpec, TaskSpec } from '../dag/model.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import type { TaskInstanceRow } from '../database/tables/task-instances.js'
import { attemptId } from '../protocol/attempt-id.js'

/** What templates name from outside of their task. */
export interface Surroundings {
  readonly results: Readonly<Record<string, unknown>>
  readonly previous: TaskContext['previous']
  /** What an instance of a mapped task works on. */
  readonly item: unknown
}

/** What a task takes from its run. */
export type RunOfTask = Pick<RunRow, 'run_key' | 'dag_key' | 'run_id' | 'logical_date' | 'interval_start' | 'interval_end' | 'params'>

/** What the templates of one task instance are rendered with, whether a worker or the scheduler itself does it. */
export function taskContext(spec: DagSpec, task: TaskSpec, run: RunOfTask, instance: Pick<TaskInstanceRow, 'ti_id' | 'map_index' | 'try_number'>, fence: number, around: Surroundings): TaskContext {
  return {
    dag: spec.dag, task: task.id, runId: run.run_id, mapIndex: instance.map_index, tryNumber: instance.try_number, fence, attempt: attemptId({ taskInstance: instance.ti_id, fence }),
    logicalDate: run.logical_date, dataIntervalStart: run.interval_start, dataIntervalEnd: run.interval_end, timezone: spec.timezone,
    params: JSON.parse(run.params) as Record<string, unknown>, results: around.results, previous: around.previous, item: around.item,
  }
}
