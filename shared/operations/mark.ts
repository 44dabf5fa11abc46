import type { Database } from '../database/database.js'
import { graphOf } from '../dag/graph.js'
import type { Broker } from './cancel-attempts.js'
import type { RunChoice } from './choose-runs.js'
import { perform, type Performed } from './perform.js'
import { planMark, type MarkState } from './plan-mark.js'
import { chooseInstances, type TaskChoice } from './selection.js'

export interface MarkRequest {
  readonly dag: string
  readonly runs: RunChoice
  readonly tasks: TaskChoice
  readonly state: MarkState
  /** Whether what is active is stopped first. */
  readonly force: boolean
  readonly dryRun: boolean
  readonly by: string
}

/**
 * Has task instances count as if they had ended so; what follows from that happens. Their outlets are not updated.
 * @throws LongshoreError LS_DAG_NOT_FOUND, LS_RUN_NOT_FOUND, LS_TASK_NOT_FOUND, LS_STILL_RUNNING, LS_TOO_MUCH_AT_ONCE
 */
export function mark(database: Database, broker: Broker, { dag, runs, tasks, state, force, dryRun, by }: MarkRequest): Promise<Performed> {
  const reason = `marked ${state} by ${by}`
  return perform(database, broker, {
    name: 'mark', dag, runs, tasks, reason, force, dryRun,
    plan: ({ run, spec, rows, fenced }) => {
      const change = planMark({ run, spec, rows, chosen: chooseInstances(graphOf(spec), tasks, rows), fenced, reason }, state)
      return change.touches.length === 0 ? null : change
    },
  })
}
