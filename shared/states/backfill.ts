/**
 * The states of a backfill: active ◄──► paused, and from both ──► cancelled. That it is completed is never stored: it is, when
 * none of its runs is unfinished.
 */
export const BackfillState = {
  /** Its queued runs start as far as its own limit allows. */
  active: 'active',
  /** None of its queued runs starts; what runs goes on. */
  paused: 'paused',
  /** A person cancelled it, and with it the runs that had not started. A run of it that is cleared later starts like any other. */
  cancelled: 'cancelled',
} as const
export type BackfillState = (typeof BackfillState)[keyof typeof BackfillState]

/** What a backfill does with a date that has a run already. A run that has not ended is left alone by each of them. */
export const Reprocess = {
  /** Leaves it as it is. */
  none: 'none',
  /** Runs it again when it failed or was cancelled. */
  failed: 'failed',
  /** Runs it again however it ended. */
  completed: 'completed',
} as const
export type Reprocess = (typeof Reprocess)[keyof typeof Reprocess]
