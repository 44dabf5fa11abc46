import type { TriggerRule } from './model.js'

/** How the direct upstream tasks of one task stand. What is in none of the counts has not ended. */
export interface UpstreamTally {
  readonly total: number
  readonly success: number
  /** Failed or cancelled. */
  readonly failed: number
  readonly upstreamFailed: number
  readonly skipped: number
}

export type TriggerDecision = 'wait' | 'run' | 'skipped' | 'upstream_failed'

/**
 * Whether a task runs, as Airflow's TriggerRuleDep decides it, early decisions included: a task whose rule can no longer
 * be met is skipped or upstream_failed at once, without waiting for the rest.
 */
export function decideTrigger(rule: TriggerRule, { total, success, failed, upstreamFailed, skipped }: UpstreamTally): TriggerDecision {
  if (total === 0) return 'run'
  const anyFailed = failed + upstreamFailed > 0
  const done = success + failed + upstreamFailed + skipped >= total
  const whenDone = (decision: TriggerDecision): TriggerDecision => (done ? decision : 'wait')

  switch (rule) {
    case 'always': return 'run'
    case 'all_done': return whenDone('run')
    case 'all_success':
      if (anyFailed) return 'upstream_failed'
      return skipped > 0 ? 'skipped' : whenDone('run')
    case 'all_failed': return success + skipped > 0 ? 'skipped' : whenDone('run')
    case 'all_skipped': return success > 0 || anyFailed ? 'skipped' : whenDone('run')
    case 'one_success':
      if (success > 0) return 'run'
      return whenDone(skipped === total ? 'skipped' : 'upstream_failed')
    case 'one_failed': return anyFailed ? 'run' : whenDone('skipped')
    // A task that could not run has not been done: upstream_failed does not count.
    case 'one_done': return success + failed > 0 ? 'run' : whenDone('skipped')
    case 'none_failed': return anyFailed ? 'upstream_failed' : whenDone('run')
    case 'none_failed_min_one_success':
      if (anyFailed) return 'upstream_failed'
      return whenDone(skipped === total ? 'skipped' : 'run')
    case 'none_skipped': return skipped > 0 ? 'skipped' : whenDone('run')
  }
}
