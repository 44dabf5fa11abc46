import type { Database, Session } from '../database/database.js'
import { insertAssetEvents, newestAssetEvents, type AssetEventRow } from '../database/tables/asset-events.js'
import { listSubscriptions } from '../database/tables/asset-subscriptions.js'
import { activeSpecsContaining } from '../database/tables/dag-versions.js'
import { LongshoreError } from '../errors.js'
import { didYouMean } from './find.js'

export interface AssetState {
  readonly asset: string
  readonly last: AssetEventRow | null
  /** Tasks that update it, as `dag/task`. */
  readonly producers: readonly string[]
  /** DAGs that run when it was updated. */
  readonly subscribers: readonly string[]
}

/** Every asset that a DAG names or that was ever updated. */
export async function readAssets(session: Session): Promise<AssetState[]> {
  const last = new Map((await newestAssetEvents(session)).map(event => [event.asset, event]))
  const subscriptions = await listSubscriptions(session)
  const outlets = (await activeSpecsContaining(session, '"outlets":["'))
    .flatMap(({ dag, tasks }) => tasks.flatMap(task => task.outlets.map(asset => ({ asset, producer: `${dag}/${task.id}` }))))
  const names = new Set([...last.keys(), ...subscriptions.map(({ asset }) => asset), ...outlets.map(({ asset }) => asset)])
  return [...names].sort().map(asset => ({
    asset, last: last.get(asset) ?? null,
    producers: outlets.filter(outlet => outlet.asset === asset).map(({ producer }) => producer),
    subscribers: subscriptions.filter(one => one.asset === asset).map(({ dag_id }) => dag_id),
  }))
}

export interface AssetUpdate {
  readonly asset: string
  readonly by: string
  readonly reason: string | null
}

/**
 * Tells that an asset was updated by something that is no task. Returns the DAGs that are scheduled on it.
 * @throws LongshoreError LS_ASSET_NOT_FOUND, because an update that nobody waits for is a typing error more often than not
 */
export async function updateAsset(database: Database, { asset, by, reason }: AssetUpdate): Promise<readonly string[]> {
  return database.transact('update-asset', async tx => {
    const all = await readAssets(tx)
    const known = all.find(one => one.asset === asset)
    if (known === undefined) throw new LongshoreError('LS_ASSET_NOT_FOUND', `no DAG names an asset '${asset}'${didYouMean(asset, all.map(one => one.asset))}`)
    await insertAssetEvents(tx, [{ asset, ti_id: null, run_key: null, source: reason === null ? by : `${by}: ${reason}` }])
    return known.subscribers
  })
}
