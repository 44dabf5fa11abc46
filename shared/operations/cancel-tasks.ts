import type { Database } from '../database/database.js'
import { graphOf } from '../dag/graph.js'
import type { Broker } from './cancel-attempts.js'
import type { RunChoice } from './choose-runs.js'
import { perform, type Performed } from './perform.js'
import { planCancel } from './plan-mark.js'
import { chooseInstances, type TaskChoice } from './selection.js'

export interface CancelTasksRequest {
  readonly dag: string
  readonly runs: RunChoice
  readonly tasks: TaskChoice
  readonly dryRun: boolean
  readonly by: string
}

/**
 * Cancels task instances that have not ended; what is downstream of them follows by its trigger rules.
 * @throws LongshoreError LS_DAG_NOT_FOUND, LS_RUN_NOT_FOUND, LS_TASK_NOT_FOUND, LS_TOO_MUCH_AT_ONCE
 */
export function cancelTasks(database: Database, broker: Broker, { dag, runs, tasks, dryRun, by }: CancelTasksRequest): Promise<Performed> {
  const reason = `cancelled by ${by}`
  return perform(database, broker, {
    name: 'cancel-tasks', dag, runs, tasks, reason, force: true, dryRun,
    plan: ({ run, spec, rows, fenced }) => {
      const change = planCancel({ run, spec, rows, chosen: chooseInstances(graphOf(spec), tasks, rows), fenced, reason })
      return change.touches.length === 0 ? null : change
    },
  })
}
