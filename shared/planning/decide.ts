import type { TaskSpec } from '../dag/model.js'
import { decideTrigger } from '../dag/trigger-rule.js'
import type { Tallies } from '../database/tables/task-instances.js'
import type { TaskState } from '../states/task-instance.js'

/** What a task's trigger rule says by now. */
export type Decision =
  | { readonly verdict: 'wait' | 'run'; readonly because: string }
  | { readonly verdict: typeof TaskState.skipped | typeof TaskState.upstreamFailed; readonly because: string }

/** Decides a trigger rule over the task instances upstream, and says with which numbers. */
export function decide({ triggerRule }: TaskSpec, tallies: Tallies): Decision {
  const verdict = decideTrigger(triggerRule, {
    total: tallies.up_total, success: tallies.up_success, failed: tallies.up_failed, upstreamFailed: tallies.up_upstream_failed, skipped: tallies.up_skipped,
  })
  return { verdict, because: `trigger rule ${triggerRule}: ${tallyText(tallies)}` }
}

/** `2 success, 1 failed, 0 upstream_failed, 0 skipped, 3 to come of 6 upstream` */
export function tallyText({ up_total, up_success, up_failed, up_upstream_failed, up_skipped }: Tallies): string {
  const toCome = up_total - up_success - up_failed - up_upstream_failed - up_skipped
  const ended = `${up_success} success, ${up_failed} failed, ${up_upstream_failed} upstream_failed, ${up_skipped} skipped`
  return `${ended}${toCome > 0 ? `, ${toCome} to come` : ''} of ${up_total} upstream`
}
