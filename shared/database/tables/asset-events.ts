import { chunks } from '../chunks.js'
import type { Session } from '../database.js'

export interface NewAssetEvent {
  readonly asset: string
  /** Null when it was told from outside. */
  readonly ti_id: number | null
  readonly run_key: number | null
  /** `dag/run/task`, or who told it. */
  readonly source: string
}

export async function insertAssetEvents(session: Session, events: readonly NewAssetEvent[]): Promise<void> {
  for (const chunk of chunks(events)) {
    await session.query('asset_events').insert(chunk.map(event => ({ ...event, source: event.source.slice(0, 500), created_at: session.query.raw(session.dialect.now) })))
  }
}
