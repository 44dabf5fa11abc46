import { deadlineOf } from '../../shared/dag/deadline.js'
import type { Session } from '../../shared/database/database.js'
import { findRun, insertRuns, newestRunNamed } from '../../shared/database/tables/dag-runs.js'
import { findDag, type DagRow } from '../../shared/database/tables/dags.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { waitKey } from '../../shared/planning/wait-key.js'
import { RunState, RunType, TRIGGERED_PREFIX } from '../../shared/states/run.js'
import { timetableOf } from '../../shared/time/timetable.js'
import type { Plan, Prepared } from './prepare.js'
import { notYet, type Verdict } from './verdict.js'

const prefixOf = (tiId: number): string => `${TRIGGERED_PREFIX}${tiId}.`

/**
 * Starts a run of another DAG, whose row the caller has locked. The run and the word that it was started are written in one
 * transaction, so that no crash and no other scheduler starts it twice. Null: the DAG changed since it was read.
 */
export async function startRun(tx: Session, { row, run, spec, task }: Prepared, { target, trigger }: Extract<Plan, { kind: 'start' }>, dag: DagRow | undefined, time: number): Promise<Verdict | null> {
  if (dag === undefined || dag.version_key !== target.versionKey || dag.is_active === 0) return null
  const runId = await freeId(tx, dag.dag_key, row)
  const { dataIntervalStart, dataIntervalEnd } = timetableOf(target.spec).lastCompletedInterval(time)
  const name = row.map_index < 0 ? task.id : `${task.id}[${row.map_index}]`
  await insertRuns(tx, [{
    dag_key: dag.dag_key, version_key: target.versionKey, run_id: runId, type: RunType.manual, logical_date: time, interval_start: dataIntervalStart, interval_end: dataIntervalEnd,
    scheduled_for: null, params: target.params, due_at: time, deadline_at: deadlineOf(target.spec, time), reason: `triggered by ${spec.dag}/${run.run_id}/${name}`.slice(0, 500),
  }])
  const started = `started run ${runId} of DAG '${target.dag}'`
  if (!trigger.wait) return { kind: 'done', because: started }
  return notYet(`${started} and waits for its end`, waitKey.runs(dag.dag_key))
}

/** Named after the instance and its try. Tries begin at 1 again when it is cleared; then the numbers go on. */
async function freeId(tx: Session, dagKey: number, { ti_id, try_number }: TaskInstanceRow): Promise<string> {
  for (let number = try_number; ; number += 1) {
    const runId = `${prefixOf(ti_id)}${number}`
    if (await findRun(tx, dagKey, runId) === undefined) return runId
  }
}

/** How the run that an instance started last is getting on. */
export async function followRun(tx: Session, { ti_id, wait_key }: TaskInstanceRow, dagId: string): Promise<Verdict> {
  const dag = await findDag(tx, dagId)
  const run = dag && await newestRunNamed(tx, dag.dag_key, prefixOf(ti_id))
  if (run === undefined) return { kind: 'failed-try', because: `LS_RUN_NOT_FOUND: the run of DAG '${dagId}' that it started is gone` }
  const what = `run ${run.run_id} of DAG '${dagId}' is ${run.state}`
  switch (run.state) {
    case RunState.success: return { kind: 'done', because: what }
    case RunState.failed:
    case RunState.cancelled: return { kind: 'failed-try', because: what }
    default: return notYet(what, wait_key)
  }
}
