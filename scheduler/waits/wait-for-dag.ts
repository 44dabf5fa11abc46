import type { WaitSpec } from '../../shared/dag/model.js'
import type { Session } from '../../shared/database/database.js'
import { runsOfDate, type RunRow } from '../../shared/database/tables/dag-runs.js'
import { findDag } from '../../shared/database/tables/dags.js'
import { readByName } from '../../shared/database/tables/task-instances.js'
import { waitKey } from '../../shared/planning/wait-key.js'
import { RunState } from '../../shared/states/run.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { notYet, type Verdict } from './verdict.js'

type DagWait = Extract<WaitSpec, { readonly kind: 'dag' }>

/**
 * Whether the run of another DAG for a date, or one task of it, came through. A date may have several runs: of the
 * timetable, of a backfill, of a person; one that came through is enough.
 */
export async function lookAtDag(tx: Session, { dag, task, offset }: DagWait, logicalDate: number): Promise<Verdict> {
  const row = await findDag(tx, dag)
  if (row === undefined) return notYet(`there is no DAG '${dag}'`, null)
  const gone = row.is_active === 0 ? `; the DAG is in no DAG file any more, it was in ${row.file}` : ''
  const key = task === null ? waitKey.runs(row.dag_key) : waitKey.tasks(row.dag_key)
  const date = logicalDate - offset
  const runs = await runsOfDate(tx, row.dag_key, date)
  const newest = runs.at(-1)
  if (newest === undefined) return notYet(`DAG '${dag}' has no run with the logical date ${new Date(date).toISOString()}${gone}`, key)
  if (task === null) {
    const success = runs.find(({ state }) => state === RunState.success)
    if (success !== undefined) return { kind: 'done', because: `run ${success.run_id} of DAG '${dag}' is success` }
    return notYet(`run ${newest.run_id} of DAG '${dag}' is ${newest.state}; it must be success${gone}`, key)
  }
  const open = await Promise.all(runs.map(run => taskProblem(tx, run, task)))
  const through = open.indexOf(null)
  if (through >= 0) return { kind: 'done', because: `task '${task}' came through in run ${(runs[through] as RunRow).run_id} of DAG '${dag}'` }
  return notYet(`run ${newest.run_id} of DAG '${dag}': ${open.at(-1) ?? ''}${gone}`, key)
}

/** Why a task has not come through in a run; null when it has. */
async function taskProblem(tx: Session, run: RunRow, task: string): Promise<string | null> {
  const instances = (await readByName(tx, [[run.run_key, task]])).filter(({ is_removed }) => is_removed !== 1)
  if (instances.length === 0) return run.state === RunState.queued ? 'it has not started' : `it has no task '${task}'`
  const open = instances.find(({ state }) => state !== TaskState.success && state !== TaskState.skipped)
  if (open === undefined) return null
  return `'${open.map_index < 0 ? task : `${task}[${open.map_index}]`}' is ${open.state}; it must be success or skipped`
}
