import type { Database } from '../../shared/database/database.js'
import type { AttemptRow } from '../../shared/database/tables/attempts.js'
import { findRun, type RunRow } from '../../shared/database/tables/dag-runs.js'
import { findDag, type DagRow } from '../../shared/database/tables/dags.js'
import { findAttempt, findInstance, pageOfInstances } from '../../shared/database/tables/instance-pages.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { Problem } from '../http/problem.js'
import { Versions, type Version } from './versions.js'

export interface DagFound {
  readonly row: DagRow
  readonly version: Version
}

export interface RunFound {
  readonly dag: DagRow
  readonly run: RunRow
  /** The version that the run works by. */
  readonly version: Version
}

export interface InstanceFound extends RunFound {
  readonly instance: TaskInstanceRow
}

export interface InstanceName {
  readonly dag: string
  readonly run: string
  readonly task: string
  readonly mapIndex: number
}

/** Finds what a path names. Unlike the command line it suggests no other names: who asks may not be allowed to know them. */
export class Finder {
  readonly versions: Versions

  constructor(private readonly database: Database) {
    this.versions = new Versions(database)
  }

  /** @throws Problem LS_DAG_NOT_FOUND */
  async row(dagId: string): Promise<DagRow> {
    const row = await findDag(this.database, dagId)
    if (row === undefined || row.version_key === null) throw new Problem('LS_DAG_NOT_FOUND', `there is no DAG '${dagId}'`)
    return row
  }

  async dag(dagId: string): Promise<DagFound> {
    const row = await this.row(dagId)
    return { row, version: await this.versions.get(row.version_key) }
  }

  /** @throws Problem LS_DAG_NOT_FOUND, LS_RUN_NOT_FOUND */
  async run(dagId: string, runId: string): Promise<RunFound> {
    const dag = await this.row(dagId)
    const run = await findRun(this.database, dag.dag_key, runId)
    if (run === undefined) throw new Problem('LS_RUN_NOT_FOUND', `DAG '${dagId}' has no run '${runId}'`)
    return { dag, run, version: await this.versions.get(run.version_key) }
  }

  /** @throws Problem LS_DAG_NOT_FOUND, LS_RUN_NOT_FOUND, LS_TASK_NOT_FOUND */
  async instance({ dag, run: runId, task, mapIndex }: InstanceName): Promise<InstanceFound> {
    const found = await this.run(dag, runId)
    const instance = await findInstance(this.database, found.run.run_key, [task, mapIndex])
    if (instance !== undefined) return { ...found, instance }
    const [other] = await pageOfInstances(this.database, found.run.run_key, [], { states: [], task, limit: 1 }, null)
    const why = other !== undefined ? (other.map_index < 0 ? '; it is not mapped, or not yet' : '; it is mapped: say which with mapIndex') : found.run.started_at === null ? ': it has not started yet' : ''
    throw new Problem('LS_TASK_NOT_FOUND', `the run '${runId}' has no task '${task}'${mapIndex < 0 ? '' : `[${mapIndex}]`}${why}`)
  }

  /** @throws Problem LS_LOG_NOT_FOUND besides */
  async attempt(name: InstanceName, fence: number): Promise<AttemptRow> {
    const { instance } = await this.instance(name)
    const attempt = await findAttempt(this.database, instance.ti_id, fence)
    if (attempt === undefined) throw new Problem('LS_LOG_NOT_FOUND', `task '${name.task}' has no attempt ${fence}`)
    return attempt
  }
}
