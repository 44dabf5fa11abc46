import type { Session } from '../../shared/database/database.js'
import { newestAssetEvents } from '../../shared/database/tables/asset-events.js'
import { listSubscriptions } from '../../shared/database/tables/asset-subscriptions.js'
import type { AssetState } from '../../shared/operations/assets.js'
import { namespaceOf } from '../identity/access.js'
import type { DagDirectory } from './dag-directory.js'

/** Every asset that DAGs of these namespaces name, by name; null: all, and those that no DAG names any more. Of other DAGs nothing is told. */
export async function listAssets(session: Session, directory: DagDirectory, namespaces: readonly string[] | null): Promise<AssetState[]> {
  const sees = (dag: string): boolean => namespaces === null || namespaces.includes(namespaceOf(dag))
  const [events, subscriptions, dags] = await Promise.all([newestAssetEvents(session), listSubscriptions(session), directory.list()])
  const last = new Map(events.map(event => [event.asset, event]))
  const producers = new Map<string, string[]>()
  const subscribers = new Map<string, string[]>()
  for (const { row, summary } of dags) if (sees(row.dag_id)) for (const { asset, task } of summary.outlets) append(producers, asset, `${row.dag_id}/${task}`)
  for (const { asset, dag_id } of subscriptions) if (sees(dag_id)) append(subscribers, asset, dag_id)
  const names = new Set([...producers.keys(), ...subscribers.keys(), ...(namespaces === null ? last.keys() : [])])
  return [...names].sort().map(asset => {
    const newest = last.get(asset) ?? null
    // A source is `dag/run/task`, or who told it.
    const source = newest === null || sees(newest.source.split('/', 1)[0] ?? '') ? newest?.source : '(another namespace)'
    return { asset, last: newest === null ? null : { ...newest, source: source ?? '' }, producers: producers.get(asset) ?? [], subscribers: subscribers.get(asset) ?? [] }
  })
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const known = lists.get(key)
  if (known === undefined) lists.set(key, [value])
  else known.push(value)
}
