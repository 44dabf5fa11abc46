import type { TriggerRule } from '../dag/model.js'
import { isTerminal, TaskState } from '../states/task-instance.js'

/** An instance of a task whose result is mapped over. */
export interface SourceInstance {
  readonly map_index: number
  readonly state: TaskState
}

export type Sources = ReadonlyMap<string, readonly SourceInstance[]>

export const isExpanded = (instances: readonly SourceInstance[] | undefined): boolean => instances?.some(({ map_index }) => map_index >= 0) ?? false

/**
 * How a map ends because the tasks whose results it goes over did not all come through; null when they did. Whatever its
 * trigger rule, as in Airflow: a list that was never made is no mistake of the task that should have mapped over it. Of a
 * source that is mapped itself, those instances give the list that succeeded.
 */
export function withoutSource(sources: Sources, rule: TriggerRule): { readonly state: TaskState; readonly reason: string } | null {
  const whole = [...sources].flatMap(([id, instances]) => (isExpanded(instances) ? [] : instances.map(({ state }) => ({ id, state }))))
  const failed = whole.find(({ state }) => state === TaskState.failed || state === TaskState.cancelled || state === TaskState.upstreamFailed)
  if (failed) return { state: TaskState.upstreamFailed, reason: `nothing to map over: '${failed.id}' is ${failed.state}` }
  const skipped = whole.find(({ state }) => state === TaskState.skipped)
  if (skipped) return { state: TaskState.skipped, reason: `nothing to map over: '${skipped.id}' is skipped` }
  const open = [...sources].find(([, instances]) => instances.some(({ state }) => !isTerminal(state)))
  return open === undefined ? null : { state: TaskState.failed, reason: `LS_MAP: cannot map over the result of '${open[0]}': it has not ended, and trigger rule ${rule} does not wait for it` }
}
