import { graphOf } from '../../shared/dag/graph.js'
import type { DagSpec, TaskSpec, TriggerSpec, WaitSpec } from '../../shared/dag/model.js'
import { renderTrigger, renderWait } from '../../shared/dag/waiting-templates.js'
import type { Database } from '../../shared/database/database.js'
import { readRuns, type RunRow } from '../../shared/database/tables/dag-runs.js'
import { itemKey, readMapItems } from '../../shared/database/tables/map-items.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { LongshoreError } from '../../shared/errors.js'
import { mustFindDag } from '../../shared/operations/find.js'
import { paramsText } from '../../shared/operations/params-text.js'
import type { Specs } from '../../shared/planning/specs.js'
import { waitKey } from '../../shared/planning/wait-key.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { SurroundingsReader } from '../../shared/rendering/surroundings.js'
import { taskContext } from '../../shared/rendering/task-context.js'

/** The version of another DAG that a trigger starts, and the params of the run. */
export interface Target {
  readonly dag: string
  readonly versionKey: number
  readonly spec: DagSpec
  readonly params: string
}

/** What is to be done about an instance whose next look is due. */
export type Plan =
  /** A retry is due, or a container answered "not yet" a while ago: it goes where its kind is done. */
  | { readonly kind: 'place' }
  /** It waits for the run before. */
  | { readonly kind: 'past' }
  | { readonly kind: 'wait'; readonly wait: WaitSpec }
  /** Starts a run. */
  | { readonly kind: 'start'; readonly trigger: TriggerSpec; readonly target: Target }
  /** Waits for the run that it has started. */
  | { readonly kind: 'follow'; readonly dag: string }
  /** What it waits for or starts cannot be worked out. */
  | { readonly kind: 'wrong'; readonly because: string }

export interface Prepared {
  readonly row: TaskInstanceRow
  readonly run: RunRow
  readonly spec: DagSpec
  readonly task: TaskSpec
  readonly plan: Plan
  /** Whether this is the first look of its current try. */
  readonly isFirst: boolean
}

/**
 * Works out, without a lock, what is to be looked at: templates and patterns of authors may take their time. Instances
 * whose run has gone meanwhile are left out. `onError` is told of each that fails in a way that nobody expects.
 */
export async function prepare(database: Database, specs: Specs, due: readonly TaskInstanceRow[], onError: (row: TaskInstanceRow, error: unknown) => Promise<void>): Promise<Prepared[]> {
  const runs = await readRuns(database, due.map(({ run_key }) => run_key))
  const versions = await specs.get(database, [...runs.values()].map(run => run.version_key))
  const items = await readMapItems(database, due.filter(({ map_index }) => map_index >= 0))
  const surroundings = new SurroundingsReader(database)
  const prepared: Prepared[] = []
  for (const row of due) {
    const run = runs.get(row.run_key)
    const spec = versions.get(run?.version_key ?? 0)
    if (run === undefined || spec === undefined) continue
    try {
      const task = graphOf(spec).tasks.get(row.task_id)
      if (task === undefined) throw new Error(`version ${run.version_key} of DAG ${spec.dag} has no task ${row.task_id}`)
      const contextOf = async () => taskContext(spec, task, run, row, row.fence, { ...await surroundings.read(spec, task, run), item: items.get(itemKey(row)) })
      prepared.push({ row, run, spec, task, plan: await planOf(database, row, task, contextOf), isFirst: isFirst(row, task) })
    } catch (error) {
      await onError(row, error)
    }
  }
  return prepared
}

/** A trigger begins anew with every try; a wait has one. */
const isFirst = ({ started_at, wait_key }: TaskInstanceRow, { kind }: TaskSpec): boolean => (kind === 'trigger' ? wait_key === null : started_at === null)

async function planOf(database: Database, row: TaskInstanceRow, task: TaskSpec, contextOf: () => Promise<ReturnType<typeof taskContext>>): Promise<Plan> {
  if (row.state === TaskState.upForRetry) return { kind: 'place' }
  if (waitsForPast(row, task)) return { kind: 'past' }
  if (task.wait === null && task.trigger === null) return { kind: 'place' }
  try {
    if (task.wait !== null) return { kind: 'wait', wait: renderWait(task.wait, await contextOf()) }
    const trigger = renderTrigger(task.trigger as TriggerSpec, await contextOf())
    return row.wait_key === null ? { kind: 'start', trigger, target: await targetOf(database, trigger) } : { kind: 'follow', dag: trigger.dag }
  } catch (error) {
    if (!(error instanceof LongshoreError)) throw error
    return { kind: 'wrong', because: `${error.code}: ${error.message}` }
  }
}

/** Its own waiting has not begun: that sets `started_at`, and "not yet" of a container leaves no key. */
const waitsForPast = ({ dag_key, started_at, wait_key }: TaskInstanceRow, { dependsOnPast, kind }: TaskSpec): boolean =>
  dependsOnPast && wait_key === waitKey.tasks(dag_key) && (started_at === null || kind === 'container' || kind === 'process')

async function targetOf(database: Database, { dag, params }: TriggerSpec): Promise<Target> {
  const { row, spec } = await mustFindDag(database, dag)
  if (row.is_active === 0) throw new LongshoreError('LS_DAG_NOT_FOUND', `DAG '${dag}' is not in any DAG file any more; it was in ${row.file}`)
  return { dag, versionKey: row.version_key, spec, params: paramsText(spec.params, params) }
}
