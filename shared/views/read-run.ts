import type { Database } from '../database/database.js'
import { attemptsOfRun } from '../database/tables/attempts.js'
import { taskInstancesOfRun } from '../database/tables/task-instances.js'
import { mustFindRun } from '../operations/find.js'
import { viewRun, type RunView } from './run-view.js'

export async function readRun(database: Database, dag: string, run: string): Promise<RunView> {
  const found = await mustFindRun(database, dag, run)
  const [instances, attempts] = await Promise.all([taskInstancesOfRun(database, found.run.run_key), attemptsOfRun(database, found.run.run_key)])
  return viewRun({ run: found.run, spec: found.spec, instances, attempts })
}
