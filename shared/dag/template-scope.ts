import { isoInZone } from '../time/iso.js'
import type { TaskContext } from './context.js'

/** The names that templates may use, with the meaning that they have in Airflow; dates are those of the DAG's zone. */
export function templateScope(context: TaskContext) {
  const iso = (instant: number): string => isoInZone(instant, context.timezone)
  const ts = iso(context.logicalDate)
  const ds = ts.slice(0, 10)
  const { previous } = context
  return {
    ds,
    ds_nodash: ds.replaceAll('-', ''),
    ts,
    ts_nodash: ts.slice(0, 19).replaceAll(/[-:]/g, ''),
    logical_date: ts,
    data_interval_start: iso(context.dataIntervalStart),
    data_interval_end: iso(context.dataIntervalEnd),
    prev_data_interval_start_success: previous && iso(previous.dataIntervalStart),
    prev_data_interval_end_success: previous && iso(previous.dataIntervalEnd),
    run_id: context.runId,
    dag_id: context.dag,
    task_id: context.task,
    map_index: context.mapIndex,
    try_number: context.tryNumber,
    fence: context.fence,
    attempt: context.attempt,
    params: context.params,
    results: context.results,
    // Without an item the name is unknown, which is an error, instead of empty.
    ...(context.item !== undefined && { item: context.item }),
  } as const
}

const EXAMPLE: TaskContext = {
  dag: '', task: '', runId: '', mapIndex: -1, tryNumber: 1, fence: 1, attempt: '1.1',
  logicalDate: 0, dataIntervalStart: 0, dataIntervalEnd: 0, timezone: 'UTC', params: {}, results: {}, previous: null, item: null,
}
export const TEMPLATE_NAMES: readonly string[] = Object.keys(templateScope(EXAMPLE))
