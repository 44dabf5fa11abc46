import type { AdhocTask } from '../../shared/operations/adhoc-spec.js'
import type { Runs } from './runs.js'
import type { Tasks } from './tasks.js'

export interface StartedAdhoc {
  readonly dag: string
  readonly run: string
  readonly task: string
}

/** Tasks without a DAG: each is the one task of a run. */
export interface Adhoc {
  readonly runs: Runs
  readonly tasks: Tasks
  /** How often it may be looked at. */
  readonly lookEveryMs: number
  start(task: AdhocTask): Promise<StartedAdhoc>
}
