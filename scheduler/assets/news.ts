import type { ScheduleSpec } from '../../shared/dag/model.js'
import type { AssetEventRow } from '../../shared/database/tables/asset-events.js'
import type { AssetNews } from '../../shared/database/tables/asset-subscriptions.js'

/** Whether this many updated assets of a DAG ask for a run. */
export function isEnough(schedule: ScheduleSpec, updated: number, assets: number): boolean {
  if (schedule.kind !== 'assets' || updated === 0) return false
  return schedule.when === 'any' || updated === assets
}

/** From the earliest start to the latest end of the runs that made the updates; the instant of the run when none did. */
export function intervalOf(news: readonly AssetNews[], instant: number): { readonly start: number; readonly end: number } {
  const starts = news.flatMap(({ interval_start }) => interval_start ?? [])
  const ends = news.flatMap(({ interval_end }) => interval_end ?? [])
  return starts.length === 0 ? { start: instant, end: instant } : { start: Math.min(...starts), end: Math.max(...ends) }
}

/** `updated: sales (etl/manual__…/load), stock (3 times, last by ann)` */
export function reasonOf(news: readonly AssetNews[], events: ReadonlyMap<number, AssetEventRow>): string {
  const parts = news.map(({ asset, updates, newest }) => {
    const source = events.get(newest ?? 0)?.source ?? ''
    return `${asset} (${updates > 1 ? `${updates} times, last by ` : ''}${source})`
  })
  const text = `updated: ${parts.join(', ')}`
  return text.length <= MOST ? text : `${text.slice(0, MOST - 1)}…`
}

/** As the column takes it. */
const MOST = 500
