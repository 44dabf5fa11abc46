import type { Backfill } from '../operations/backfill.js'
import type { PlannedDate } from '../operations/backfill-dates.js'
import type { BackfillProgress } from '../operations/backfill-progress.js'
import { iso } from '../time/iso.js'

/** A backfill as `--json` and the API show it. Documented in docs/cli.md: fields are added, never changed. */
export function viewBackfill({ row, phase, runs, total, left }: BackfillProgress) {
  return {
    backfill: row.backfill_key, dag: row.dag_id, state: phase, from: iso(row.from_date), to: iso(row.to_date), reprocess: row.reprocess,
    maxActiveRuns: row.max_active_runs, backwards: row.is_backwards !== 0, params: JSON.parse(row.params) as Record<string, unknown>,
    runs, total, skipped: row.skipped, leftMs: left, createdBy: row.created_by, createdAt: iso(row.created_at), dagPaused: row.is_paused !== 0,
  }
}
export type BackfillView = ReturnType<typeof viewBackfill>

export type DateCounts = Readonly<Record<PlannedDate['action'], number>>

export function countDates(dates: readonly PlannedDate[]): DateCounts {
  const counts = { create: 0, reprocess: 0, leave: 0 }
  for (const { action } of dates) counts[action] += 1
  return counts
}

/** What starting a backfill did, or would do, about each date. */
export const viewBackfillPlan = ({ backfill, dag, maxActiveRuns, dates, paused }: Backfill, dryRun: boolean) => ({
  backfill, dag, dryRun, maxActiveRuns, paused, counts: countDates(dates),
  dates: dates.map(({ logicalDate, dataIntervalStart, dataIntervalEnd, action, run, state }) => ({
    logicalDate: iso(logicalDate), dataIntervalStart: iso(dataIntervalStart), dataIntervalEnd: iso(dataIntervalEnd), action, run, state,
  })),
})
export type BackfillPlanView = ReturnType<typeof viewBackfillPlan>
