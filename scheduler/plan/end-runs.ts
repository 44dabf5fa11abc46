import { graphOf } from '../../shared/dag/graph.js'
import type { DagSpec } from '../../shared/dag/model.js'
import type { Session } from '../../shared/database/database.js'
import { finishedRuns, markRunsEnded } from '../../shared/database/tables/dag-runs.js'
import { failuresOfRuns } from '../../shared/database/tables/task-instances.js'
import { RunState } from '../../shared/states/run.js'

/** Ends the runs among `runKeys` in which nothing is left to do. A run fails when one of its leaf tasks did not come through, as in Airflow. */
export async function endRuns(tx: Session, specOfRun: ReadonlyMap<number, DagSpec>, runKeys: readonly number[]): Promise<ReadonlyMap<number, RunState>> {
  const finished = await finishedRuns(tx, runKeys)
  const outcomes = new Map<number, RunState>(finished.map(runKey => [runKey, RunState.success]))
  for (const { run_key, task_id } of await failuresOfRuns(tx, finished)) {
    if (graphOf(specOfRun.get(run_key) as DagSpec).leaves.includes(task_id)) outcomes.set(run_key, RunState.failed)
  }
  await markRunsEnded(tx, outcomes)
  return outcomes
}
