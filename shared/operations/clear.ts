import type { Database, Session } from '../database/database.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import { newestVersions, taskInstancesOfRuns } from '../database/tables/reruns.js'
import { graphOf } from '../dag/graph.js'
import type { DagSpec } from '../dag/model.js'
import { Lanes } from '../planning/lanes.js'
import type { Specs } from '../planning/specs.js'
import { RunState } from '../states/run.js'
import type { Broker } from './cancel-attempts.js'
import type { RunChoice } from './choose-runs.js'
import { perform, refuseActive, type Performed } from './perform.js'
import { planClear, type ClearPlan } from './plan-clear.js'
import { isWish, type RunChange } from './run-change.js'
import { chooseInstances, chooseTasks, EVERY_TASK, type TaskChoice } from './selection.js'
import { writeChanges } from './write-changes.js'

export interface ClearRequest {
  readonly dag: string
  readonly runs: RunChoice
  readonly tasks: TaskChoice
  /** Whether runs move to the newest version of the DAG first. */
  readonly latest: boolean
  /** Whether what is active is stopped and run again. */
  readonly force: boolean
  readonly dryRun: boolean
  readonly by: string
}

/**
 * Has task instances run again, with everything that this undoes downstream counted anew. Earlier attempts and logs stay.
 * @throws LongshoreError LS_DAG_NOT_FOUND, LS_RUN_NOT_FOUND, LS_TASK_NOT_FOUND, LS_STILL_RUNNING, LS_TOO_MUCH_AT_ONCE
 */
export async function clear(database: Database, broker: Broker, { dag, runs, tasks, latest, force, dryRun, by }: ClearRequest): Promise<Performed> {
  const reason = `cleared by ${by}`
  return perform(database, broker, {
    name: 'clear', dag, runs, tasks, reason, force, dryRun,
    plan: ({ run, spec: before, rows, dag: { row, spec: newest }, fenced }) => {
      const moveTo = latest && row.version_key !== run.version_key ? row.version_key : null
      const spec = moveTo === null ? before : newest
      return planRun({ run, before, spec, moveTo, rows, fenced, reason }, tasks)
    },
  })
}

/** Null when there is nothing to run again. */
function planRun(plan: Omit<ClearPlan, 'chosen'>, choice: TaskChoice): RunChange | null {
  const { run, spec, rows } = plan
  const change = planClear({ ...plan, chosen: chooseInstances(graphOf(spec), choice, rows) })
  if (change.touches.length > 0) return change
  const tasks = chooseTasks(graphOf(spec), choice)
  const isNew = !choice.failed && change.added.some(id => tasks.has(id))
  return isNew || hasNotBegun(run) ? change : null
}

/** Cancelled while it waited for `max_active_runs`. */
const hasNotBegun = ({ state, started_at }: RunRow): boolean => state !== RunState.queued && started_at === null

export interface ClearRuns {
  readonly by: string | null
  /** Instead of `cleared by …`. */
  readonly reason?: string | null
  readonly latestVersion: boolean
  /** Only these; all when left out. */
  readonly tasks?: ReadonlySet<string>
}

/**
 * Clears runs inside the caller's transaction, which holds their locks.
 * @throws LongshoreError LS_STILL_RUNNING when anything that would be cleared is active
 */
export async function clearRuns(tx: Session, specs: Specs, runs: readonly RunRow[], { by, reason, latestVersion, tasks }: ClearRuns): Promise<void> {
  const why = reason ?? `cleared${by === null ? '' : ` by ${by}`}`
  const newest = latestVersion ? await newestVersions(tx, runs.map(({ dag_key }) => dag_key)) : new Map<number, number>()
  const moveTo = ({ dag_key, version_key }: RunRow): number | null => { const key = newest.get(dag_key); return key === undefined || key === version_key ? null : key }
  const versions = await specs.get(tx, runs.flatMap(run => [run.version_key, moveTo(run) ?? run.version_key]))
  const instances = await taskInstancesOfRuns(tx, runs.map(({ run_key }) => run_key))
  const changes = runs.flatMap(run => {
    const [before, spec] = [run.version_key, moveTo(run) ?? run.version_key].map(key => versions.get(key) as DagSpec) as [DagSpec, DagSpec]
    const choice = { ...EVERY_TASK, tasks: tasks === undefined ? [] : [...tasks].filter(id => graphOf(spec).tasks.has(id)) }
    return planRun({ run, before, spec, moveTo: moveTo(run), rows: instances.get(run.run_key) ?? [], fenced: new Set(), reason: why }, choice) ?? []
  })
  refuseActive([...versions.values()][0]?.dag ?? '', changes.flatMap(({ touches }) => touches.filter(isWish).map(({ row }) => row)), runs)
  await writeChanges(tx, specs, new Lanes(), changes, new Set(), why)
}
