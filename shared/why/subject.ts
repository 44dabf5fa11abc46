import type { DagSpec, TaskSpec } from '../dag/model.js'
import { graphOf } from '../dag/graph.js'
import type { Database, Session } from '../database/database.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import type { DagRow } from '../database/tables/dags.js'
import { readByName, type TaskInstanceRow } from '../database/tables/task-instances.js'
import { LongshoreError } from '../errors.js'
import { didYouMean, mustFindRun, type ReadVersion } from '../operations/find.js'
import { instanceName } from './words.js'

/** What is asked about. */
export interface Subject {
  readonly dag: DagRow
  readonly run: RunRow
  readonly spec: DagSpec
  readonly taskId: string
  /** Null when its version of the DAG does not have the task any more. */
  readonly task: TaskSpec | null
  /** Null while its run has not started. */
  readonly instance: TaskInstanceRow | null
}

const NAME = /^(.+?)(?:\[(\d+)\])?$/

/** @throws LongshoreError LS_DAG_NOT_FOUND, LS_RUN_NOT_FOUND, LS_TASK_NOT_FOUND */
export async function mustFindSubject(database: Database, dagId: string, runId: string, name: string, read?: ReadVersion): Promise<Subject> {
  const { dag, run, spec } = await mustFindRun(database, dagId, runId, read)
  const [, taskId = name, index] = NAME.exec(name) ?? []
  const task = graphOf(spec).tasks.get(taskId) ?? null
  const instances = await instancesOf(database, run, taskId)
  const instance = instances.find(({ map_index }) => map_index === Number(index ?? -1)) ?? null
  // A run that has not started has no instances, and its tasks can be asked about all the same.
  if (instance !== null || (task !== null && instances.length === 0 && index === undefined)) return { dag, run, spec, taskId, task, instance }
  const known = instances.map(instanceName)
  const why = known.length > 0 ? `; it has ${known.length > 3 ? `${known[0] ?? ''} to ${known.at(-1) ?? ''}` : known.join(', ')}` : didYouMean(name, spec.tasks.map(({ id }) => id))
  throw new LongshoreError('LS_TASK_NOT_FOUND', `the run '${runId}' has no task '${name}'${why}`, { hint: `See \`longshore tasks list ${dagId} ${runId}\`.` })
}

async function instancesOf(session: Session, run: RunRow, taskId: string): Promise<TaskInstanceRow[]> {
  return (await readByName(session, [[run.run_key, taskId]])).sort((a, b) => a.map_index - b.map_index)
}
