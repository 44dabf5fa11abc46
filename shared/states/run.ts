/** The states of a DAG run: queued ──► running ──► success | failed | cancelled. */
export const RunState = {
  /**
   * Created, or cleared after its end; waits until `max_active_runs` (or its backfill's limit) lets it start. A new one has no
   * task instances yet; a cleared one has, and `started_at` is set.
   */
  queued: 'queued',
  /** Its task instances exist. Ends when all of them are terminal. */
  running: 'running',
  /** Every leaf task succeeded or was skipped. */
  success: 'success',
  /** At least one leaf task failed or could not run. */
  failed: 'failed',
  /** A person cancelled it. */
  cancelled: 'cancelled',
} as const
export type RunState = (typeof RunState)[keyof typeof RunState]

/** States that count against `max_active_runs`. */
export const UNFINISHED_RUN_STATES = [RunState.queued, RunState.running] as const

export const RunType = {
  /** Made by the timetable; at most one per DAG and logical date. */
  scheduled: 'scheduled',
  /** Made by a person, another DAG or another system. */
  manual: 'manual',
  /** Made by a backfill for a date of the past; counts against the limit of its backfill. */
  backfill: 'backfill',
  /** Made because assets were updated. */
  asset: 'asset',
} as const
/** Begins the ids of the timetable's runs, as in Airflow; a manual run that took such an id would stop its schedule. */
export const SCHEDULED_PREFIX = 'scheduled__'
/** Begins the ids of runs that backfills make. */
export const BACKFILL_PREFIX = 'backfill__'
/** Begins the ids of runs that tasks of kind trigger start: they find their run by it. */
export const TRIGGERED_PREFIX = 'triggered__'
/** Begins the ids of runs that are made because assets were updated. */
export const ASSET_PREFIX = 'asset__'
export type RunType = (typeof RunType)[keyof typeof RunType]

/** What a person, or the run's timeout, wants an unfinished run to end as. Its open task instances are cancelled then. */
export const WantedRunState = { cancelled: RunState.cancelled, failed: RunState.failed } as const
export type WantedRunState = (typeof WantedRunState)[keyof typeof WantedRunState]
