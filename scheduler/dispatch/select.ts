import type { Session } from '../../shared/database/database.js'
import { lockDispatch } from '../../shared/database/tables/locks.js'
import { activeByDag, runnable, type Candidate } from '../../shared/database/tables/task-instances.js'

export interface Limits {
  readonly parallelism: number
  readonly batch: number
}

/**
 * Takes the dispatch lock and chooses what may run now: at most as many as the global limit, the DAG's limit and the batch
 * allow, best priority first. What a full DAG holds back is left out inside the query, so it starves nobody.
 */
export async function selectRunnable(tx: Session, limits: Limits): Promise<Candidate[]> {
  await lockDispatch(tx)
  const active = await activeByDag(tx)
  const inUse = active.reduce((sum, dag) => sum + dag.active, 0)
  const wanted = Math.min(limits.batch, limits.parallelism - inUse)
  const usedBy = new Map(active.map(dag => [dag.dag_key, dag.active]))
  const full = new Set(active.filter(dag => dag.active >= dag.max_active_tasks).map(dag => dag.dag_key))

  const chosen: Candidate[] = []
  const seen = new Set<number>()
  while (chosen.length < wanted) {
    const page = await runnable(tx, [...full], wanted)
    const fresh = page.filter(candidate => !seen.has(candidate.ti_id))
    if (fresh.length === 0) break
    const filledBefore = full.size
    for (const candidate of fresh) {
      seen.add(candidate.ti_id)
      const used = usedBy.get(candidate.dag_key) ?? 0
      if (used >= candidate.max_active_tasks || chosen.length === wanted) continue
      chosen.push(candidate)
      usedBy.set(candidate.dag_key, used + 1)
      if (used + 1 >= candidate.max_active_tasks) full.add(candidate.dag_key)
    }
    // Only a DAG that became full on the way can have held back candidates that others should replace.
    if (full.size === filledBefore) break
  }
  return chosen
}
