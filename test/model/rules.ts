import type { TriggerRule } from '../../shared/dag/model.js'

export type End = 'success' | 'failed' | 'upstream_failed' | 'skipped'
export const ENDS: readonly End[] = ['success', 'failed', 'upstream_failed', 'skipped']

export type Verdict = 'run' | 'skipped' | 'upstream_failed'

const isFailure = (end: End): boolean => end === 'failed' || end === 'upstream_failed'

/**
 * Each rule as Airflow's documentation and its TriggerRuleDep state it. `ends` are those upstream instances that have ended,
 * `isDone` whether all have. Null: not yet.
 */
export const RULES: Readonly<Record<TriggerRule, (ends: readonly End[], isDone: boolean) => Verdict | null>> = {
  always: () => 'run',
  all_done: (_, isDone) => (isDone ? 'run' : null),
  all_success: (ends, isDone) => {
    if (ends.some(isFailure)) return 'upstream_failed'
    if (ends.includes('skipped')) return 'skipped'
    return isDone ? 'run' : null
  },
  all_failed: (ends, isDone) => {
    if (!ends.every(isFailure)) return 'skipped'
    return isDone ? 'run' : null
  },
  all_skipped: (ends, isDone) => {
    if (ends.some(end => end !== 'skipped')) return 'skipped'
    return isDone ? 'run' : null
  },
  one_success: (ends, isDone) => {
    if (ends.includes('success')) return 'run'
    if (!isDone) return null
    return ends.every(end => end === 'skipped') ? 'skipped' : 'upstream_failed'
  },
  one_failed: (ends, isDone) => {
    if (ends.some(isFailure)) return 'run'
    return isDone ? 'skipped' : null
  },
  one_done: (ends, isDone) => {
    if (ends.includes('success') || ends.includes('failed')) return 'run'
    return isDone ? 'skipped' : null
  },
  none_failed: (ends, isDone) => {
    if (ends.some(isFailure)) return 'upstream_failed'
    return isDone ? 'run' : null
  },
  none_failed_min_one_success: (ends, isDone) => {
    if (ends.some(isFailure)) return 'upstream_failed'
    if (!isDone) return null
    return ends.includes('success') ? 'run' : 'skipped'
  },
  none_skipped: (ends, isDone) => {
    if (ends.includes('skipped')) return 'skipped'
    return isDone ? 'run' : null
  },
}
