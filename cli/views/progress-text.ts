import type { BackfillProgress } from '../../shared/operations/backfill-progress.js'

/** How many of its runs have ended, and how. */
export function progressText({ runs, total }: BackfillProgress): string {
  const ended = runs.success + runs.failed + runs.cancelled
  const states = Object.entries(runs).filter(([, count]) => count > 0).map(([state, count]) => `${count} ${state}`)
  return `${ended} of ${total}${states.length === 0 ? '' : `: ${states.join(', ')}`}`
}
