import type { RunListRow } from '../database/tables/dag-runs.js'
import { iso } from '../time/iso.js'

export const tookOf = ({ started_at, ended_at }: Pick<RunListRow, 'started_at' | 'ended_at'>): number | null => (started_at === null || ended_at === null ? null : ended_at - started_at)

/** A run in a list, as `--json` and the API show it. Documented in docs/cli.md: fields are added, never changed. */
export const viewRunItem = (run: RunListRow) => ({
  dag: run.dag_id, run: run.run_id, state: run.state, type: run.type, logicalDate: iso(run.logical_date),
  startedAt: iso(run.started_at), endedAt: iso(run.ended_at), durationMs: tookOf(run), backfill: run.backfill_key, reason: run.reason,
})
export type RunItemView = ReturnType<typeof viewRunItem>
