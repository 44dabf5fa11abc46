import type { Attempt } from '../../api/runs.js'

/** As tasks have it unless their authors say otherwise (docs/authoring.md). */
const OF_EXIT_CODE: Readonly<Record<number, string>> = { 0: 'success', 75: 'up_for_reschedule', 99: 'skipped' }
const OF_STATE: Readonly<Record<string, string>> = { lost: 'upstream_failed', released: 'up_for_reschedule' }

/** What an attempt looks like, by the state of a task that looks alike, and how it stands in a word or two. Pure. */
export function lookOfAttempt({ state, reason, exitCode }: Pick<Attempt, 'state' | 'reason' | 'exitCode'>): { readonly state: string; readonly text: string } {
  if (state !== 'finished') return { state: OF_STATE[state] ?? state, text: state === 'released' ? 'given back' : state }
  if (reason === 'cancelled') return { state: 'cancelled', text: reason }
  if (exitCode === null || reason !== 'exited') return { state: 'failed', text: reason?.replaceAll('_', ' ') ?? 'failed' }
  return { state: OF_EXIT_CODE[exitCode] ?? 'failed', text: exitCode === 0 ? 'success' : `exit ${exitCode}` }
}
