import type { Session } from '../database/database.js'
import { readDagLimits, readQueueAndPoolLimits } from '../database/tables/limits.js'
import type { LimitsInForce } from './usage.js'

/** The limits that these DAGs, and all pools and queues, have now. */
export async function readLimits(session: Session, dagKeys: readonly number[], parallelism: number): Promise<LimitsInForce> {
  const shared = await readQueueAndPoolLimits(session)
  const dags = await readDagLimits(session, [...new Set(dagKeys)])
  const named = (kind: 'pool' | 'queue'): Map<string, number> => new Map(shared.filter(limit => limit.kind === kind).map(({ name, amount }) => [name, amount]))
  return { parallelism, dags: new Map(dags.map(dag => [dag.dag_key, dag])), pools: named('pool'), queues: named('queue') }
}
