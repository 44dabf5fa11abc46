import { graphOf, reachable } from '../dag/graph.js'
import { effectiveWeights, weightText } from '../dag/weights.js'
import { now, type Database } from '../database/database.js'
import { attemptsOfTaskInstance } from '../database/tables/attempts.js'
import { startableRuns } from '../database/tables/dag-runs.js'
import { backfillOf, holdersOf, namedInstance, queuedRunsBefore, type Holder, runsHoldingLimit, scheduledBefore, type Sharing } from '../database/tables/explanations.js'
import type { LaneRow } from '../database/tables/lanes.js'
import { lanesHeads, readByName, waitingLanes, type LaneHead, type TaskInstanceRow } from '../database/tables/task-instances.js'
import type { Config } from '../config/schema.js'
import { readUsage } from '../limits/read-usage.js'
import { choose, roomIn, type LimitState, type Usage } from '../limits/usage.js'
import { Lanes } from '../planning/lanes.js'
import { checkPast } from '../planning/past.js'
import { RunState } from '../states/run.js'
import { isTerminal, TaskState, type TerminalState } from '../states/task-instance.js'
import { runningReasons, startingReasons } from './active-reasons.js'
import { readBroker } from './broker-facts.js'
import { endedReasons } from './ended-reasons.js'
import { limitReasons } from './limit-reasons.js'
import { readHolds } from './queue-holds.js'
import { queuedReasons } from './queue-reasons.js'
import { blockingFirst, reason, type Reason } from './reason.js'
import { dagReasons, queuedRunReasons, runReasons } from './run-reasons.js'
import type { Subject } from './subject.js'
import { upstreamReasons } from './upstream-reasons.js'
import { rescheduleReasons, retryReasons } from './waiting-reasons.js'

/** Tasks upstream that are followed, one below the other. */
const DEPTH = 8
const MOST_HOLDERS = 10
const COUNTED = 10_000
const MOST_ROOTS = 5
const MOST_STARTABLE = 10_000

/** In the order of dispatch. */
const isBefore = (a: Omit<LaneHead, 'lane_key'>, b: Omit<LaneHead, 'lane_key'>): boolean => a.broker_priority < b.broker_priority || (a.broker_priority === b.broker_priority && a.ti_id < b.ti_id)

/** Reads what concerns a task instance, and has each state explained by what decides it. Changes nothing. */
export class Explainer {
  readonly #lanes = new Lanes()

  /** `sees` says whose names of other DAGs may be told. */
  constructor(private readonly database: Database, private readonly config: Config, private readonly sees: (dag: string) => boolean) {}

  async explain(subject: Subject): Promise<Reason[]> {
    const { dag, run, instance } = subject
    const isQueued = run.state === RunState.queued
    const general = [...dagReasons(dag, isQueued), ...runReasons(run), ...(isQueued ? await this.#queuedRun(subject) : [])]
    const own = instance === null || (isQueued && instance.state === TaskState.none) ? [] : await this.#instance(subject, instance, DEPTH)
    // What has ended or is under way has its own story to tell first.
    return instance !== null && !isQueued && run.wanted === null ? [...own, ...general] : blockingFirst([...general, ...own])
  }

  async #queuedRun({ dag, run }: Subject): Promise<Reason[]> {
    const backfill = await backfillOf(this.database, run)
    const [running, before, startable] = await Promise.all([
      runsHoldingLimit(this.database, run), queuedRunsBefore(this.database, run, backfill?.is_backwards === 1), startableRuns(this.database, [dag.dag_key], MOST_STARTABLE),
    ])
    return queuedRunReasons({ dag, run, backfill, running, before, isStartable: startable.some(({ run_key }) => run_key === run.run_key) })
  }

  async #instance(subject: Subject, instance: TaskInstanceRow, depth: number): Promise<Reason[]> {
    const wanted = instance.wanted === null ? [] : [reason('wanted', `somebody wants it ${instance.wanted}; that is settled when its attempt ends`, { numbers: { wanted: instance.wanted } })]
    return [...await this.#state(subject, instance, depth), ...wanted]
  }

  async #state(subject: Subject, instance: TaskInstanceRow, depth: number): Promise<Reason[]> {
    const task = graphOf(subject.spec).tasks.get(instance.task_id) ?? null
    const time = await now(this.database)
    switch (instance.state) {
      case TaskState.none: return this.#upstream(subject, instance, depth)
      case TaskState.scheduled: return this.#scheduled(subject, instance)
      case TaskState.queued:
      case TaskState.starting:
      case TaskState.running: return this.#active(subject, instance, time)
      case TaskState.upForRetry: return retryReasons(instance, task, await attemptsOfTaskInstance(this.database, instance.ti_id), time)
      case TaskState.upForReschedule: {
        const waitsForPast = task !== null && task.dependsOnPast && instance.wait_key !== null && task.kind !== 'wait' && task.kind !== 'trigger'
        return rescheduleReasons(instance, task, waitsForPast ? await checkPast(this.database, subject.run, task, graphOf(subject.spec)) : null, time)
      }
      case TaskState.success:
      case TaskState.failed:
      case TaskState.skipped:
      case TaskState.upstreamFailed:
      case TaskState.cancelled: return this.#ended(subject, instance, instance.state)
    }
  }

  async #upstream(subject: Subject, instance: TaskInstanceRow, depth: number): Promise<Reason[]> {
    const { tasks, upstream } = graphOf(subject.spec)
    const task = tasks.get(instance.task_id)
    if (task === undefined) return [reason('undecided', `its version of the DAG has no task '${instance.task_id}' any more`)]
    const rows = await this.#named(subject, upstream.get(task.id) ?? [])
    const first = rows.find(({ state }) => !isTerminal(state))
    const why = first === undefined || depth === 0 ? [] : await this.#instance(subject, first, depth - 1)
    return upstreamReasons({ instance, task, upstream: rows, first: first === undefined ? null : { instance: first, why } })
  }

  async #scheduled({ spec }: Subject, instance: TaskInstanceRow): Promise<Reason[]> {
    const waiting = await waitingLanes(this.database)
    const found = await readUsage(this.database, this.#lanes, instance.lane_key, this.config.parallelism, waiting)
    const weight = effectiveWeights(spec).get(instance.task_id)
    const before = await scheduledBefore(this.database, instance, COUNTED)
    const priority = reason('priority', `its weight is ${weight === undefined ? 'unknown' : weightText(weight)}; ${before >= COUNTED ? `${COUNTED} or more` : before} of those that wait for a slot come${before === 1 ? 's' : ''} before it`, {
      numbers: { weight: weight?.weight ?? null, own: weight?.own ?? null, added: weight?.added ?? null, rule: weight?.rule ?? null, brokerPriority: instance.broker_priority, before },
    })
    if (found === null) return [priority]
    const { lane, limits, usage } = found
    const states = usage.limitsOf(lane)
    const holders = new Map(await Promise.all(states.filter(state => roomIn(state) === 0).map(async state => [state, await this.#holders(state, lane)] as const)))
    const keeper = await this.#keeper(instance, lane, usage, waiting)
    return [...limitReasons({ limits: states, pools: new Set(limits.pools.keys()), holders, keeper }), priority]
  }

  /** For whom free slots of its pool are kept: has the code that dispatches choose among what comes before it, the best of each lane. */
  async #keeper(instance: TaskInstanceRow, lane: LaneRow, usage: Usage, waiting: readonly number[]): Promise<Holder | null> {
    if (lane.pool === null) return null
    const lanes = new Map([...await this.#lanes.read(this.database, waiting)].filter(([, { pool }]) => pool === lane.pool))
    const heads = (await lanesHeads(this.database, new Map([...lanes.keys()].map(key => [key, 1])))).filter(head => isBefore(head, instance))
    const { keepers } = choose(usage, lanes, heads.sort((a, b) => (isBefore(a, b) ? -1 : 1)), Infinity)
    const keeper = keepers.get(lane.pool)
    const named = keeper === undefined ? null : await namedInstance(this.database, keeper.ti_id)
    return named === null ? null : this.#shown(named)
  }

  async #holders({ kind }: LimitState, lane: LaneRow) {
    const sharing: Readonly<Record<LimitState['kind'], Sharing | null>> = {
      parallelism: {}, paused: null, dag: { dag_key: lane.dag_key }, queue: { queue: lane.queue }, pool: { pool: lane.pool },
      task: { dag_key: lane.dag_key, task_id: lane.task_id }, map: { run_key: lane.run_key, task_id: lane.task_id },
    }
    const wanted = sharing[kind]
    return wanted === null ? [] : (await holdersOf(this.database, wanted, MOST_HOLDERS)).map(holder => this.#shown(holder))
  }

  #shown(holder: Holder): Holder {
    return this.sees(holder.dag_id) ? holder : { ...holder, dag_id: '(another namespace)', run_id: '…', task_id: '…', map_index: -1 }
  }

  async #active({ spec }: Subject, instance: TaskInstanceRow, time: number): Promise<Reason[]> {
    const attempt = (await attemptsOfTaskInstance(this.database, instance.ti_id)).find(({ fence }) => fence === instance.fence)
    if (attempt === undefined) return []
    const task = graphOf(spec).tasks.get(instance.task_id) ?? null
    const broker = await readBroker(this.config, attempt.queue, attempt)
    switch (instance.state) {
      case TaskState.queued: return queuedReasons(attempt, broker, time, await readHolds(this.database, attempt.queue))
      case TaskState.starting: return startingReasons(attempt, task, broker, time)
      default: return runningReasons(instance, attempt, task, broker, time)
    }
  }

  async #ended(subject: Subject, instance: TaskInstanceRow, state: TerminalState): Promise<Reason[]> {
    const { tasks, upstream } = graphOf(subject.spec)
    const attempts = await attemptsOfTaskInstance(this.database, instance.ti_id)
    const neverRan = attempts.length === 0
    const above = reachable(upstream, [instance.task_id])
    const gates = neverRan && state === TaskState.skipped
      ? await this.#named(subject, [...above].filter(id => tasks.get(id)?.branch === true || tasks.get(id)?.shortCircuit === true)) : []
    const roots = state === TaskState.upstreamFailed ? await this.#roots(subject, instance) : []
    return endedReasons({
      instance, state, attempts, task: tasks.get(instance.task_id) ?? null, gates: gates.filter(gate => isTerminal(gate.state)),
      roots: await Promise.all(roots.map(async root => ({ instance: root, ended: await this.#ended(subject, root, root.state as TerminalState) }))),
    })
  }

  /** Climbs from what could not run to what failed by itself, the earliest first. */
  async #roots(subject: Subject, instance: TaskInstanceRow): Promise<TaskInstanceRow[]> {
    const { upstream } = graphOf(subject.spec)
    const found: TaskInstanceRow[] = []
    const seen = new Set<string>()
    let level: readonly string[] = upstream.get(instance.task_id) ?? []
    while (level.length > 0) {
      for (const id of level) seen.add(id)
      const rows = await this.#named(subject, level)
      found.push(...rows.filter(({ state }) => state === TaskState.failed || state === TaskState.cancelled))
      const climbed = rows.filter(({ state }) => state === TaskState.upstreamFailed).flatMap(({ task_id }) => upstream.get(task_id) ?? [])
      level = [...new Set(climbed)].filter(id => !seen.has(id))
    }
    return found.sort((a, b) => (a.ended_at ?? 0) - (b.ended_at ?? 0) || a.ti_id - b.ti_id).slice(0, MOST_ROOTS)
  }

  async #named({ run, spec }: Subject, ids: readonly string[]): Promise<TaskInstanceRow[]> {
    const order = new Map(spec.tasks.map(({ id }, index) => [id, index]))
    const rows = await readByName(this.database, ids.map(id => [run.run_key, id] as const))
    return rows.sort((a, b) => (order.get(a.task_id) ?? 0) - (order.get(b.task_id) ?? 0) || a.map_index - b.map_index)
  }
}
