import { RunState, RunType } from '../../states/run.js'
import { execute, rows, type Session } from '../database.js'
import { jsonParameter } from '../dialect.js'

/** Makes these the assets on which a DAG is scheduled. A new one counts from now on: what happened before makes no run. */
export async function setSubscriptions(session: Session, dagKey: number, assets: readonly string[]): Promise<void> {
  const { query } = session
  await query('asset_subscriptions').where({ dag_key: dagKey }).whereNotIn('asset', [...assets]).delete()
  if (assets.length === 0) return
  await query('asset_subscriptions').insert(assets.map(asset => ({
    dag_key: dagKey, asset, seen_event: query.raw('(SELECT COALESCE(MAX(event_id), 0) FROM asset_events WHERE asset = ?)', [asset]),
  }))).onConflict(['dag_key', 'asset']).ignore()
}

export interface Awaiting {
  readonly dag_key: number
  readonly version_key: number
  /** Assets of its schedule, and those of them that were updated since its last run. */
  readonly assets: number
  readonly updated: number
}

/**
 * DAGs of which an asset has news, whether or not that is enough for a run. One that has a run that waits to start is left
 * out: the next one is made when that one has started, for everything that came until then.
 */
export async function dagsWithNews(session: Session): Promise<Awaiting[]> {
  return rows(session, `SELECT dag_key, version_key, COUNT(*) AS assets, SUM(has_news) AS updated FROM (
      SELECT d.dag_key, d.version_key, EXISTS (SELECT 1 FROM asset_events e WHERE e.asset = s.asset AND e.event_id > s.seen_event) AS has_news
      FROM asset_subscriptions s JOIN dags d ON d.dag_key = s.dag_key WHERE d.is_active = 1 AND d.is_paused = 0
        AND NOT EXISTS (SELECT 1 FROM dag_runs r WHERE r.dag_key = d.dag_key AND r.state = ? AND r.type = ?)
    ) news GROUP BY dag_key, version_key HAVING SUM(has_news) > 0 ORDER BY dag_key`, [RunState.queued, RunType.asset])
}

export interface AssetNews {
  readonly dag_key: number
  readonly asset: string
  readonly updates: number
  /** Null when there is no news. */
  readonly newest: number | null
  /** Of the runs that updated it; null when it was told from outside only. */
  readonly interval_start: number | null
  readonly interval_end: number | null
}

/** What happened to the assets of these DAGs since their last runs; one row for each asset. */
export async function readNews(session: Session, dagKeys: readonly number[]): Promise<AssetNews[]> {
  if (dagKeys.length === 0) return []
  return rows(session, `SELECT s.dag_key, s.asset, COUNT(e.event_id) AS updates, MAX(e.event_id) AS newest, MIN(r.interval_start) AS interval_start, MAX(r.interval_end) AS interval_end
    FROM asset_subscriptions s LEFT JOIN asset_events e ON e.asset = s.asset AND e.event_id > s.seen_event LEFT JOIN dag_runs r ON r.run_key = e.run_key
    WHERE s.dag_key IN (${dagKeys.map(() => '?').join(', ')}) GROUP BY s.dag_key, s.asset ORDER BY s.dag_key, s.asset`, [...dagKeys])
}

/** Whoever holds the lock of the DAG has made a run for this news. */
export async function markSeen(session: Session, news: readonly AssetNews[]): Promise<void> {
  const seen = news.filter(({ newest }) => newest !== null).map(({ dag_key, asset, newest }) => [dag_key, asset, newest])
  if (seen.length === 0) return
  const { dialect } = session
  await execute(session, dialect.updateFrom({
    table: 'asset_subscriptions',
    rows: dialect.jsonRows([{ name: 'k', type: 'integer' }, { name: 'a', type: 'text' }, { name: 'n', type: 'integer' }]),
    set: { seen_event: 'v.n' },
    where: 't.dag_key = v.k AND t.asset = v.a',
  }), [jsonParameter(seen)])
}

/** Every asset on which an active DAG is scheduled, with that DAG. */
export async function listSubscriptions(session: Session): Promise<{ asset: string; dag_id: string }[]> {
  return rows(session, 'SELECT s.asset, d.dag_id FROM asset_subscriptions s JOIN dags d ON d.dag_key = s.dag_key WHERE d.is_active = 1 ORDER BY s.asset, d.dag_id')
}
