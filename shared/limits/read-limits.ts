import type { Session } from '../database/database.js'
import { readAllLimits } from '../database/tables/limits.js'
import type { LimitsInForce } from './usage.js'

/** The limits that these DAGs, and all pools and queues, have now. */
export async function readLimits(session: Session, dagKeys: readonly number[], parallelism: number): Promise<LimitsInForce> {
  const limits = await readAllLimits(session, [...new Set(dagKeys)])
  const amounts = (kind: 'pool' | 'queue'): Map<string, number> => new Map(limits.filter(limit => limit.kind === kind).map(({ name, amount }) => [name, amount]))
  const dags = limits.filter(({ kind }) => kind === 'dag').map(({ dag_key, name, amount, is_paused }) => [dag_key, { dag_id: name, max_active_tasks: amount, is_paused }] as const)
  return { parallelism, dags: new Map(dags), pools: amounts('pool'), queues: amounts('queue') }
}
