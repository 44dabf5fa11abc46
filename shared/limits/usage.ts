import type { LaneRow } from '../database/tables/lanes.js'

/** The limits that are in force, whoever uses them. */
export interface LimitsInForce {
  /** Task instances that may be active at once, over everything. */
  readonly parallelism: number
  /** By `dag_key`. */
  readonly dags: ReadonlyMap<number, { readonly dag_id: string; readonly max_active_tasks: number; readonly is_paused: number }>
  /** Slots by pool. */
  readonly pools: ReadonlyMap<string, number>
  /** Queues that have a limit. */
  readonly queues: ReadonlyMap<string, number>
}

/** One limit that a lane stands under, and how much of it is taken. */
export interface LimitState {
  readonly kind: 'parallelism' | 'paused' | 'dag' | 'queue' | 'pool' | 'task' | 'map'
  /** Of what: the pool, the queue, the DAG, the task. */
  readonly name: string
  readonly used: number
  readonly limit: number
  /** What one instance takes of it. */
  readonly needs: number
}

/** What waits for a slot, in the order in which it may have one. */
interface Waiting {
  readonly lane_key: number
}

/** How many more instances of this lane one limit allows. */
export const roomIn = ({ used, limit, needs }: LimitState): number => Math.max(0, Math.floor((limit - used) / needs))

/**
 * What is taken of every limit, derived from the instances that are active. This one decides what may be dispatched, and
 * `tasks why` shows its answers: there is no second opinion.
 */
export class Usage {
  readonly #used = new Map<string, number>()
  readonly #kept = new Set<string>()

  constructor(private readonly limits: LimitsInForce, active: Iterable<{ readonly lane: LaneRow; readonly active: number }>) {
    for (const { lane, active: count } of active) this.#add(lane, count)
  }

  /** Every limit of this lane. It may run when there is room in all of them. */
  limitsOf(lane: LaneRow): LimitState[] {
    const { dags, pools, queues, parallelism } = this.limits
    const dag = dags.get(lane.dag_key)
    const name = dag?.dag_id ?? String(lane.dag_key)
    const states: LimitState[] = [{ kind: 'parallelism', name: 'parallelism', used: this.#of('parallelism'), limit: parallelism, needs: 1 }]
    if (dag === undefined || dag.is_paused !== 0) states.push({ kind: 'paused', name, used: 0, limit: 0, needs: 1 })
    states.push({ kind: 'dag', name, used: this.#of(dagOf(lane)), limit: dag?.max_active_tasks ?? 0, needs: 1 })
    const queueLimit = queues.get(lane.queue)
    if (queueLimit !== undefined) states.push({ kind: 'queue', name: lane.queue, used: this.#of(queueOf(lane)), limit: queueLimit, needs: 1 })
    // A pool that does not exist has no slots.
    if (lane.pool !== null) states.push({ kind: 'pool', name: lane.pool, used: this.#inPool(lane), limit: pools.get(lane.pool) ?? 0, needs: lane.pool_slots })
    if (lane.task_limit !== null) states.push({ kind: 'task', name: `${name}.${lane.task_id}`, used: this.#of(taskOf(lane)), limit: lane.task_limit, needs: 1 })
    if (lane.map_limit !== null) states.push({ kind: 'map', name: `${name}.${lane.task_id}`, used: this.#of(mapOf(lane)), limit: lane.map_limit, needs: 1 })
    return states
  }

  /** How many more instances of this lane may run now. */
  roomOf(lane: LaneRow): number {
    return Math.min(...this.limitsOf(lane).map(roomIn))
  }

  /**
   * Whether all that an instance of this lane lacks are more slots of its pool than those that are free. It keeps these: else
   * a task that needs three slots would wait for ever while smaller ones go on taking the one that has just become free.
   */
  isShortOfSlots(lane: LaneRow): boolean {
    const [short, other] = this.limitsOf(lane).filter(limit => roomIn(limit) < 1)
    return short?.kind === 'pool' && other === undefined && short.needs <= short.limit && short.used < short.limit
  }

  /** Lets nothing else take the slots of this lane's pool that are free. */
  keepSlots(lane: LaneRow): void {
    this.#kept.add(poolOf(lane))
  }

  /** Counts an instance that is being dispatched. */
  take(lane: LaneRow): void {
    this.#add(lane, 1)
  }

  #add(lane: LaneRow, count: number): void {
    const add = (key: string, amount: number): void => { this.#used.set(key, this.#of(key) + amount) }
    add('parallelism', count)
    add(dagOf(lane), count)
    add(queueOf(lane), count)
    if (lane.pool !== null) add(poolOf(lane), count * lane.pool_slots)
    if (lane.task_id !== null) add(taskOf(lane), count)
    if (lane.run_key !== null) add(mapOf(lane), count)
  }

  #inPool(lane: LaneRow): number {
    const used = this.#of(poolOf(lane))
    return this.#kept.has(poolOf(lane)) ? Math.max(used, this.limits.pools.get(lane.pool ?? '') ?? 0) : used
  }

  #of(key: string): number {
    return this.#used.get(key) ?? 0
  }
}

/**
 * Who of those that wait gets a slot, best first: what is held back is passed by, so that it starves nobody; only in its own
 * pool nothing overtakes what waits for slots of that pool alone. Takes what it gives from `usage`.
 */
export function choose<T extends Waiting>(usage: Usage, lanes: ReadonlyMap<number, LaneRow>, ordered: readonly T[], most: number): Choice<T> {
  const chosen: T[] = []
  const keepers = new Map<string, T>()
  for (const one of ordered) {
    if (chosen.length === most) break
    const lane = lanes.get(one.lane_key)
    if (lane === undefined) continue
    if (usage.roomOf(lane) >= 1) {
      chosen.push(one)
      usage.take(lane)
    } else if (usage.isShortOfSlots(lane)) {
      usage.keepSlots(lane)
      if (lane.pool !== null) keepers.set(lane.pool, one)
    }
  }
  return { chosen, keepers }
}

export interface Choice<T> {
  readonly chosen: T[]
  /** By pool: for whom its free slots are kept. */
  readonly keepers: ReadonlyMap<string, T>
}

const dagOf = ({ dag_key }: LaneRow): string => `dag ${dag_key}`
const queueOf = ({ queue }: LaneRow): string => `queue ${queue}`
const poolOf = ({ pool }: LaneRow): string => `pool ${pool}`
const taskOf = ({ dag_key, task_id }: LaneRow): string => `task ${dag_key} ${task_id}`
const mapOf = ({ run_key, task_id }: LaneRow): string => `map ${run_key} ${task_id}`
