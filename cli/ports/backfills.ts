import type { BackfillRequest } from '../../shared/operations/backfill.js'
import type { BackfillPlanView, BackfillView } from '../../shared/views/backfill-view.js'

export type WantedBackfill = Omit<BackfillRequest, 'by'>

export interface CancelledBackfill {
  /** Runs that had not started, and are cancelled with it. */
  readonly queued: number
  /** Those that had. */
  readonly running: number
}

export interface Backfills {
  /** The newest first. */
  list(filter: { readonly dag: string | null; readonly limit: number }): Promise<readonly BackfillView[]>
  show(backfill: number): Promise<BackfillView>
  /** What it would do. */
  plan(wanted: WantedBackfill): Promise<BackfillPlanView>
  start(wanted: WantedBackfill): Promise<BackfillPlanView>
  /** False: it was so already. */
  setPaused(backfill: number, isPaused: boolean): Promise<boolean>
  cancel(backfill: number, running: boolean): Promise<CancelledBackfill>
}
