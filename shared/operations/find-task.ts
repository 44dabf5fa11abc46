import type { Database, Session } from '../database/database.js'
import { attemptsOfTaskInstance, type AttemptRow } from '../database/tables/attempts.js'
import { findRun } from '../database/tables/dag-runs.js'
import { findDag } from '../database/tables/dags.js'
import { findInstance } from '../database/tables/instance-pages.js'
import { taskInstancesOfRun, type TaskInstanceRow } from '../database/tables/task-instances.js'
import { LongshoreError } from '../errors.js'
import { didYouMean, mustFindRun } from './find.js'

export interface FoundTask {
  readonly instance: TaskInstanceRow
  readonly attempts: readonly AttemptRow[]
}

const NAME = /^(.+?)(?:\[(\d+)\])?$/

/** As below, with as little reading as can be: for who looks again and again. Undefined says nothing of what is wrong. */
export async function findTask(session: Session, dag: string, runId: string, name: string): Promise<FoundTask | undefined> {
  const [, task = name, index = '-1'] = NAME.exec(name) ?? []
  const row = await findDag(session, dag)
  const run = row && await findRun(session, row.dag_key, runId)
  const instance = run && await findInstance(session, run.run_key, [task, Number(index)])
  return instance && { instance, attempts: await attemptsOfTaskInstance(session, instance.ti_id) }
}

/** Finds a task instance by `task`, or `task[3]` when it is mapped, with its attempts, oldest first. */
export async function mustFindTask(database: Database, dag: string, runId: string, name: string): Promise<FoundTask> {
  const { run } = await mustFindRun(database, dag, runId)
  const instances = await taskInstancesOfRun(database, run.run_key)
  const [, task = name, index = '-1'] = NAME.exec(name) ?? []
  const instance = instances.find(({ task_id, map_index }) => task_id === task && map_index === Number(index))
  if (instance === undefined) {
    const known = instances.map(({ task_id, map_index }) => (map_index < 0 ? task_id : `${task_id}[${map_index}]`))
    const own = instances.filter(({ task_id }) => task_id === task).map(({ map_index }) => map_index)
    const why = instances.length === 0 ? ': it has not started yet' : own.length > 0 ? ofMapped(task, own) : didYouMean(name, known)
    throw new LongshoreError('LS_TASK_NOT_FOUND', `the run '${runId}' has no task '${name}'${why}`, { hint: `See \`longshore tasks list ${dag} ${runId}\`.` })
  }
  return { instance, attempts: await attemptsOfTaskInstance(database, instance.ti_id) }
}

/** What the task has instead of the index that was asked for. */
function ofMapped(task: string, indexes: readonly number[]): string {
  const [first, last] = [Math.min(...indexes), Math.max(...indexes)]
  if (last < 0) return `; '${task}' is not mapped, or not yet`
  return first === last ? `; it has ${task}[${first}]` : `; it has ${task}[${first}] to ${task}[${last}]`
}
