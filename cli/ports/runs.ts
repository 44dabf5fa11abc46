import type { MarkState } from '../../shared/operations/plan-mark.js'
import type { Performed } from '../../shared/operations/perform.js'
import type { TaskChoice } from '../../shared/operations/selection.js'
import type { Triggered, TriggerRequest } from '../../shared/operations/trigger-run.js'
import type { RunState } from '../../shared/states/run.js'
import type { RunItemView } from '../../shared/views/run-item.js'
import type { RunView } from '../../shared/views/run-view.js'

export interface RunFilter {
  readonly dag: string | null
  /** None: all. */
  readonly states: readonly RunState[]
  /** Due since then: a date in UTC, or `24h` for so long ago. */
  readonly since: string | null
  readonly limit: number
}

/** Which runs an act is about. Dates are in the zone of the DAG unless they name their own. */
export type WantedRuns =
  | { readonly kind: 'named'; readonly runs: readonly string[] }
  | { readonly kind: 'dates'; readonly from: string; readonly to: string }
  /** All that are queued or running. */
  | { readonly kind: 'unfinished' }

interface WantedAct {
  readonly dag: string
  readonly runs: WantedRuns
  /** Changes nothing. */
  readonly dryRun: boolean
}

export interface WantedClear extends WantedAct {
  readonly tasks: TaskChoice
  /** By the newest version of the DAG. */
  readonly latest: boolean
  /** Stops what is active. */
  readonly force: boolean
}

export interface WantedMark extends WantedAct {
  readonly tasks: TaskChoice
  readonly state: MarkState
  readonly force: boolean
}

export interface WantedCancel extends WantedAct {
  /** Null: the runs whole. */
  readonly tasks: TaskChoice | null
}

export interface RunStatus {
  readonly state: RunState
  readonly reason: string | null
  readonly isOver: boolean
}

export interface Runs {
  /** The newest first. */
  list(filter: RunFilter): Promise<readonly RunItemView[]>
  show(dag: string, run: string): Promise<RunView>
  trigger(wanted: Omit<TriggerRequest, 'by'>): Promise<Triggered>
  status(dag: string, run: string): Promise<RunStatus>
  clear(wanted: WantedClear): Promise<Performed>
  mark(wanted: WantedMark): Promise<Performed>
  cancel(wanted: WantedCancel): Promise<Performed>
}
