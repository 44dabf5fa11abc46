import { chunks } from '../chunks.js'
import { rows, type Session } from '../database.js'
import { lockAssets } from './locks.js'

export interface NewAssetEvent {
  readonly asset: string
  /** Null when it was told from outside. */
  readonly ti_id: number | null
  readonly run_key: number | null
  /** `dag/run/task`, or who told it. */
  readonly source: string
}

/**
 * Writes updates of assets. Under a lock that the transaction keeps: subscribers remember the highest id that they have seen,
 * so an event with a lower id must not become visible after one with a higher id, or it would never be seen.
 */
export async function insertAssetEvents(session: Session, events: readonly NewAssetEvent[]): Promise<void> {
  if (events.length === 0) return
  await lockAssets(session)
  for (const chunk of chunks(events)) {
    await session.query('asset_events').insert(chunk.map(event => ({ ...event, source: event.source.slice(0, 500), created_at: session.query.raw(session.dialect.now) })))
  }
}

export interface AssetEventRow {
  readonly event_id: number
  readonly asset: string
  readonly source: string
  readonly created_at: number
}

export async function readAssetEvents(session: Session, ids: readonly number[]): Promise<Map<number, AssetEventRow>> {
  const found = new Map<number, AssetEventRow>()
  for (const chunk of chunks(ids)) {
    const events = await session.query('asset_events').whereIn('event_id', [...chunk]).select('event_id', 'asset', 'source', 'created_at') as AssetEventRow[]
    for (const event of events) found.set(event.event_id, event)
  }
  return found
}

/** The newest update of every asset that was ever updated. */
export async function newestAssetEvents(session: Session): Promise<AssetEventRow[]> {
  return rows(session, `SELECT e.event_id, e.asset, e.source, e.created_at FROM asset_events e
    JOIN (SELECT asset, MAX(event_id) AS newest FROM asset_events GROUP BY asset) last ON last.newest = e.event_id ORDER BY e.asset`)
}
