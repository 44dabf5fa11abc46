import { tryRedis } from '../broker/try-redis.js'
import { now, type Database, type Session } from '../database/database.js'
import { lockRuns, type RunRow } from '../database/tables/dag-runs.js'
import { listQueues } from '../database/tables/queues.js'
import { taskInstancesOfRuns } from '../database/tables/reruns.js'
import type { TaskInstanceRow } from '../database/tables/task-instances.js'
import { graphOf } from '../dag/graph.js'
import type { DagSpec } from '../dag/model.js'
import { LongshoreError } from '../errors.js'
import { runsChanged } from '../live/changes.js'
import { tellChanges } from '../live/tell-changes.js'
import { Lanes } from '../planning/lanes.js'
import { Specs } from '../planning/specs.js'
import type { AttemptId } from '../protocol/attempt-id.js'
import { TaskState } from '../states/task-instance.js'
import { cancelAttempts, type Broker } from './cancel-attempts.js'
import { chooseRuns, type RunChoice } from './choose-runs.js'
import { fenceUnclaimed } from './fence-attempts.js'
import { mustFindDag, type FoundDag } from './find.js'
import { isWish, type Effect, type Fenced, type RunChange } from './run-change.js'
import { hasMapIndex, refuseUnknownTasks, type TaskChoice } from './selection.js'
import { writeChanges } from './write-changes.js'

/** Task instances that one operation touches at most: what keeps its transaction within seconds. */
export const MAX_TOUCHES = 20_000
/** Rows that are looked at together. */
const BATCH_ROWS = 20_000

export interface Operation {
  readonly name: string
  readonly dag: string
  readonly runs: RunChoice
  readonly tasks: TaskChoice
  /** Says who, and what: `cleared by ann`. */
  readonly reason: string
  /** Whether what is active may be touched: its attempt is stopped first. */
  readonly force: boolean
  readonly dryRun: boolean
  /** Plans one run; null leaves it alone. Pure. */
  readonly plan: (input: PlanInput) => RunChange | null
}

export interface PlanInput {
  readonly run: RunRow
  /** The version that the run works by. */
  readonly spec: DagSpec
  readonly rows: readonly TaskInstanceRow[]
  readonly dag: FoundDag
  readonly fenced: Fenced
}

/** What an operation touched, or would. */
export interface Performed {
  readonly dag: string
  readonly runs: readonly string[]
  readonly tasks: readonly TouchedTask[]
}

export interface TouchedTask {
  readonly run: string
  readonly task: string
  readonly mapIndex: number
  /** Before. */
  readonly state: TaskState
  readonly effect: Effect | 'added'
  /** False when it waits for its attempt to stop. */
  readonly atOnce: boolean
}

/**
 * Does one operation of a person to many task instances: all of it in one transaction, or nothing. A dry run takes the same
 * way up to the writing.
 *
 * Attempts that are queued are taken back in Redis between a first look and the transaction, so that the transaction does not
 * wait for Redis; those that could not be are asked to stop. A scheduler repeats that until it is heard.
 */
export async function perform(database: Database, broker: Broker, operation: Operation): Promise<Performed> {
  const specs = new Specs()
  const look = await database.transact(`plan-${operation.name}`, tx => eachBatch(tx, specs, operation, new Set(), async () => {}))
  if (operation.dryRun || (look.performed.tasks.length === 0 && look.performed.runs.length === 0)) return look.performed
  const fenced = await takeBack(database, broker, look.held)
  const { performed, held } = await database.transact(operation.name, tx => {
    const lanes = new Lanes()
    return eachBatch(tx, specs, operation, fenced, changes => writeChanges(tx, specs, lanes, changes, fenced, operation.reason))
  })
  await cancelAttempts(broker, held)
  await tellChanges(broker, runsChanged(performed.dag, performed.runs))
  return performed
}

interface Looked {
  readonly performed: Performed
  /** What must be left to its attempt. */
  readonly held: readonly TaskInstanceRow[]
}

async function eachBatch(tx: Session, specs: Specs, operation: Operation, fenced: Fenced, work: (changes: readonly RunChange[]) => Promise<void>): Promise<Looked> {
  const dag = await mustFindDag(tx, operation.dag)
  const chosen = await lockRuns(tx, (await chooseRuns(tx, dag, operation.runs)).map(({ run_key }) => run_key))
  const versions = await specs.get(tx, [...chosen.values()].map(run => run.version_key))
  refuseUnknownTasks([dag.spec, ...versions.values()].map(graphOf), operation.tasks)
  const runs: string[] = []
  const tasks: TouchedTask[] = []
  const held: TaskInstanceRow[] = []
  let isThere = chosen.size === 0
  const all = [...chosen.values()].sort((a, b) => a.logical_date - b.logical_date || a.run_key - b.run_key)
  const size = Math.max(1, Math.floor(BATCH_ROWS / dag.spec.tasks.length))
  for (let from = 0; from < all.length; from += size) {
    const batch = all.slice(from, from + size)
    const rows = await taskInstancesOfRuns(tx, batch.map(({ run_key }) => run_key))
    isThere ||= batch.some(run => hasMapIndex(graphOf(versions.get(run.version_key) as DagSpec), operation.tasks, rows.get(run.run_key) ?? []))
    const changes = batch.flatMap(run => operation.plan({ run, spec: versions.get(run.version_key) as DagSpec, rows: rows.get(run.run_key) ?? [], dag, fenced }) ?? [])
    for (const change of changes) {
      runs.push(change.run.run_id)
      tasks.push(...touchedTasks(change))
      held.push(...change.touches.filter(isWish).map(({ row }) => row))
    }
    if (tasks.length > MAX_TOUCHES) throw new LongshoreError('LS_TOO_MUCH_AT_ONCE', `more than ${MAX_TOUCHES} task instances of DAG '${dag.spec.dag}' are meant`)
    await work(changes)
  }
  if (!isThere) throw new LongshoreError('LS_TASK_NOT_FOUND', `no instance ${operation.tasks.mapIndex} of ${operation.tasks.tasks.map(id => `'${id}'`).join(', ')} is there`, { hint: 'See `longshore runs show --all` for the instances of mapped tasks.' })
  if (!operation.force) refuseActive(dag.spec.dag, held, all)
  return { performed: { dag: dag.spec.dag, runs, tasks }, held }
}

export const touchedTasks = ({ run, touches, added }: Pick<RunChange, 'run' | 'touches' | 'added'>): TouchedTask[] => [
  ...touches.map(touch => ({ run: run.run_id, task: touch.row.task_id, mapIndex: touch.row.map_index, state: touch.row.state, effect: touch.effect, atOnce: !isWish(touch) })),
  ...added.map(task => ({ run: run.run_id, task, mapIndex: -1, state: TaskState.none, effect: 'added' as const, atOnce: true })),
]

const MOST_NAMED = 10

export function refuseActive(dag: string, held: readonly TaskInstanceRow[], runs: readonly RunRow[]): void {
  if (held.length === 0) return
  const runIds = new Map(runs.map(({ run_key, run_id }) => [run_key, run_id]))
  const named = held.slice(0, MOST_NAMED).map(({ run_key, task_id, map_index, state }) => `${runIds.get(run_key)} ${task_id}${map_index < 0 ? '' : `[${map_index}]`} (${state})`)
  throw new LongshoreError('LS_STILL_RUNNING', `${held.length} task instance${held.length === 1 ? '' : 's'} of DAG '${dag}' would have to be stopped: ${named.join(', ')}${held.length > MOST_NAMED ? ', …' : ''}`)
}

/** Takes back those of these queued attempts that no worker has claimed; none while Redis is away. */
export async function takeBack(database: Database, { redisUrl, redisPrefix }: Broker, held: readonly TaskInstanceRow[]): Promise<ReadonlySet<AttemptId>> {
  const queued = held.filter(({ state }) => state === TaskState.queued)
  if (queued.length === 0) return new Set()
  const [queues, time] = [await listQueues(database), await now(database)]
  let fenced: ReadonlySet<AttemptId> = new Set()
  await tryRedis(redisUrl, async redis => { fenced = await fenceUnclaimed(redis, redisPrefix, queues, time, queued) })
  return fenced
}
