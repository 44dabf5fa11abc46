import { isoInZone } from '../time/iso.js'
import type { TaskContext } from './context.js'

/** The LONGSHORE_* variables of a task, except those that only its worker knows. */
export function taskEnvironment(context: TaskContext): Record<string, string> {
  const iso = (instant: number): string => isoInZone(instant, context.timezone)
  return {
    LONGSHORE_DAG_ID: context.dag,
    LONGSHORE_TASK_ID: context.task,
    LONGSHORE_RUN_ID: context.runId,
    LONGSHORE_MAP_INDEX: String(context.mapIndex),
    LONGSHORE_TRY_NUMBER: String(context.tryNumber),
    LONGSHORE_FENCE: String(context.fence),
    LONGSHORE_ATTEMPT: context.attempt,
    LONGSHORE_LOGICAL_DATE: iso(context.logicalDate),
    LONGSHORE_DATA_INTERVAL_START: iso(context.dataIntervalStart),
    LONGSHORE_DATA_INTERVAL_END: iso(context.dataIntervalEnd),
    LONGSHORE_PARAMS: JSON.stringify(context.params),
    ...(context.item !== undefined && { LONGSHORE_ITEM: JSON.stringify(context.item) }),
  }
}
