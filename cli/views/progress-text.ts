import type { BackfillView } from '../../shared/views/backfill-view.js'

/** How many of its runs have ended, and how. */
export function progressText({ runs, total }: Pick<BackfillView, 'runs' | 'total'>): string {
  const ended = runs.success + runs.failed + runs.cancelled
  const states = Object.entries(runs).filter(([, count]) => count > 0).map(([state, count]) => `${count} ${state}`)
  return `${ended} of ${total}${states.length === 0 ? '' : `: ${states.join(', ')}`}`
}
