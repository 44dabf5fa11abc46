import type { BackfillProgress } from '../../shared/operations/backfill-progress.js'
import { iso } from '../output/time.js'

/** A backfill as `--json` shows it. Documented in docs/cli.md: fields are added, never changed. */
export function viewBackfill({ row, phase, runs, total, left }: BackfillProgress) {
  return {
    backfill: row.backfill_key, dag: row.dag_id, state: phase, from: iso(row.from_date), to: iso(row.to_date), reprocess: row.reprocess,
    maxActiveRuns: row.max_active_runs, backwards: row.is_backwards !== 0, params: JSON.parse(row.params) as unknown,
    runs, total, skipped: row.skipped, leftMs: left, createdBy: row.created_by, createdAt: iso(row.created_at), dagPaused: row.is_paused !== 0,
  }
}

/** How many of its runs have ended, and how. */
export function progressText({ runs, total }: BackfillProgress): string {
  const ended = runs.success + runs.failed + runs.cancelled
  const states = Object.entries(runs).filter(([, count]) => count > 0).map(([state, count]) => `${count} ${state}`)
  return `${ended} of ${total}${states.length === 0 ? '' : `: ${states.join(', ')}`}`
}
