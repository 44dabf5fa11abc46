import type { Holder } from '../database/tables/explanations.js'
import { roomIn, type LimitState } from '../limits/usage.js'
import { blockingFirst, reason, type Reason, type ReasonCode } from './reason.js'
import { count, instanceName, iso, listed } from './words.js'

const CODES = {
  parallelism: 'limit_parallelism', paused: 'dag_paused', dag: 'limit_dag', queue: 'limit_queue', pool: 'limit_pool', task: 'limit_task', map: 'limit_map',
} as const satisfies Record<LimitState['kind'], ReasonCode>

export interface LimitFacts {
  readonly limits: readonly LimitState[]
  /** Pools that exist. */
  readonly pools: ReadonlySet<string>
  /** Who takes of the limits that bind; asked for those only. */
  readonly holders: ReadonlyMap<LimitState, readonly Holder[]>
  /** For whom the slots of its pool that are free are kept; null when they are not. */
  readonly keeper: Holder | null
}

/** Every limit that a task instance stands under: those that bind first. It may be dispatched when none of them blocks. */
export function limitReasons({ limits, pools, holders, keeper }: LimitFacts): Reason[] {
  const reasons = limits.map(limit => (keeper !== null && limit.kind === 'pool' && roomIn(limit) > 0 ? keptReason(limit, keeper) : limitReason(limit, pools, holders.get(limit) ?? [])))
  return reasons.some(({ blocks }) => blocks) ? blockingFirst(reasons) : [reason('dispatchable', 'there is room in every limit; the next dispatch takes it'), ...reasons]
}

function limitReason(state: LimitState, pools: ReadonlySet<string>, holders: readonly Holder[]): Reason {
  const { kind, name, used, limit, needs } = state
  const blocks = roomIn(state) === 0
  if (kind === 'paused') return reason('dag_paused', `DAG '${name}' is paused; \`longshore dags unpause ${name}\` lets its tasks start`, { blocks })
  const numbers = { kind, name, used, limit, needs }
  if (kind === 'pool' && !pools.has(name)) {
    return reason('pool_missing', `pool '${name}' does not exist, so it has no slots; \`longshore pools set ${name} --slots N\` makes it`, { blocks, numbers })
  }
  const holding = blocks && holders.length > 0 ? `; held by ${listed(holders.map(holder => holderName(holder, kind === 'pool')))}` : ''
  return reason(CODES[kind], `${sentence(state)}${holding}`, { blocks, numbers, children: holders.map(holderReason) })
}

function sentence({ kind, name, used, limit, needs }: LimitState): string {
  const full = used + needs > limit ? 'is full' : 'has room'
  switch (kind) {
    case 'parallelism': return `the limit over everything (parallelism) ${full}: ${used} of ${limit} active`
    case 'paused': return `DAG '${name}' is paused`
    case 'dag': return `DAG '${name}' ${full}: ${used} of ${count(limit, 'active task')}`
    case 'queue': return `queue '${name}' ${full}: ${used} of ${count(limit, 'active task')}`
    case 'pool': return `pool '${name}' ${full}: ${used} of ${count(limit, 'slot')} taken, this needs ${needs}`
    case 'task': return `task '${name}' ${full}: ${used} of ${count(limit, 'active instance')} over all runs`
    case 'map': return `map '${name}' ${full}: ${used} of ${count(limit, 'active instance')} in this run`
  }
}

const keptReason = ({ name, used, limit, needs }: LimitState, keeper: Holder): Reason =>
  reason('pool_kept', `${limit - used} of ${count(limit, 'slot')} of pool '${name}' ${limit - used === 1 ? 'is' : 'are'} free, and kept for ${holderName(keeper, true)}, which comes before it and needs more`, {
    blocks: true, numbers: { name, used, limit, needs, keptFor: holderName(keeper, false), keptForNeeds: keeper.pool_slots }, children: [holderReason(keeper)],
  })

const holderName = (holder: Holder, withSlots: boolean): string =>
  `${holder.dag_id}/${holder.run_id}/${instanceName(holder)}${withSlots && holder.pool_slots > 1 ? ` (${holder.pool_slots} slots)` : ''}`

const holderReason = (holder: Holder): Reason => reason('holder', `${holderName(holder, true)} is ${holder.state}`, {
  numbers: { dag: holder.dag_id, run: holder.run_id, task: holder.task_id, mapIndex: holder.map_index, state: holder.state, slots: holder.pool_slots, startedAt: iso(holder.started_at) },
})
