/** The states of a DAG run: queued ──► running ──► success | failed | cancelled. */
export const RunState = {
  /** Created by the timetable or by a person; waits until `max_active_runs` lets it start. It has no task instances yet. */
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
  /** Made by a person or another system. */
  manual: 'manual',
} as const
/** Begins the ids of the timetable's runs, as in Airflow; a manual run that took such an id would stop its schedule. */
export const SCHEDULED_PREFIX = 'scheduled__'
export type RunType = (typeof RunType)[keyof typeof RunType]
