import { deadlineOf } from '../../shared/dag/deadline.js'
import type { DagSpec } from '../../shared/dag/model.js'
import { resolveParams } from '../../shared/dag/params.js'
import { now, type Database } from '../../shared/database/database.js'
import { readAssetEvents, type AssetEventRow } from '../../shared/database/tables/asset-events.js'
import { dagsWithNews, markSeen, readNews, type AssetNews } from '../../shared/database/tables/asset-subscriptions.js'
import { findRun, insertRuns, type NewRun } from '../../shared/database/tables/dag-runs.js'
import { lockRunnableDags, type DagRow } from '../../shared/database/tables/dags.js'
import type { Lanes } from '../../shared/planning/lanes.js'
import type { Specs } from '../../shared/planning/specs.js'
import { ASSET_PREFIX, RunType } from '../../shared/states/run.js'
import { NOTHING_TO_DO, type Advance, type Work } from '../advance.js'
import type { SchedulerBus } from '../bus.js'
import { startRuns } from '../runs/start-runs.js'
import { intervalOf, isEnough, reasonOf } from './news.js'

/** DAGs per transaction. */
const BATCH = 200
/** The longest sleep: repairs what an event that got lost would have told. */
const REPAIR_MS = 5_000
const LOCKED_MS = 20
const TRY_AGAIN_MS = 60_000

/**
 * Makes a run of each DAG whose assets were updated, and starts it in the same transaction when `max_active_runs` allows.
 * However many updates there were, they make one run: which of them it has seen is written with the run, under the lock of
 * the DAG.
 */
export class AssetRuns {
  /** DAGs of which no run could be made, and when to try again. */
  readonly #held = new Map<number, number>()

  constructor(
    private readonly database: Database,
    private readonly advance: Advance,
    private readonly specs: Specs,
    private readonly lanes: Lanes,
    private readonly bus: SchedulerBus,
  ) {}

  async runOnce(): Promise<number> {
    const ready = await this.#ready()
    if (ready.length === 0) return REPAIR_MS
    const tried = ready.slice(0, BATCH)
    const locked = await this.#create(tried)
    if (locked < tried.length) return LOCKED_MS
    return ready.length > BATCH ? 0 : REPAIR_MS
  }

  async #ready(): Promise<number[]> {
    const awaiting = await dagsWithNews(this.database)
    const specs = await this.specs.get(this.database, awaiting.map(({ version_key }) => version_key))
    const time = performance.now()
    return awaiting.filter(({ dag_key, version_key, assets, updated }) => {
      const spec = specs.get(version_key)
      return spec !== undefined && isEnough(spec.schedule, Number(updated), assets) && (this.#held.get(dag_key) ?? 0) <= time
    }).map(({ dag_key }) => dag_key)
  }

  /** Returns how many of the DAGs it could lock; the others are in another scheduler's hands. */
  async #create(dagKeys: readonly number[]): Promise<number> {
    let locked = 0
    let started = 0
    await this.advance.transact('create-asset-runs', async (tx): Promise<Work> => {
      const dags = await lockRunnableDags(tx, dagKeys)
      locked = dags.length
      const news = await readNews(tx, dags.map(({ dag_key }) => dag_key))
      const events = await readAssetEvents(tx, news.flatMap(({ newest }) => newest ?? []))
      const specs = await this.specs.get(tx, dags.map(({ version_key }) => version_key))
      const time = await now(tx)
      const runs: NewRun[] = []
      for (const dag of dags) {
        const spec = specs.get(dag.version_key)
        // Read again under the lock: another scheduler may have made the run since.
        const all = news.filter(({ dag_key }) => dag_key === dag.dag_key)
        const updated = all.filter(({ newest }) => newest !== null)
        if (spec === undefined || !isEnough(spec.schedule, updated.length, all.length)) continue
        let date = time
        while (await findRun(tx, dag.dag_key, runIdOf(date)) !== undefined) date += 1
        const run = this.#newRun(dag, spec, time, date, updated, events)
        if (run !== null) runs.push(run)
      }
      if (runs.length === 0) return NOTHING_TO_DO
      await insertRuns(tx, runs)
      const made = new Set(runs.map(({ dag_key }) => dag_key))
      await markSeen(tx, news.filter(({ dag_key }) => made.has(dag_key)))
      const { count, work } = await startRuns(tx, this.specs, this.lanes, runs.map(({ dag_key }) => dag_key))
      started = count
      return work
    })
    if (started > 0) this.bus.emit('runs-started', { count: started })
    return locked
  }

  /** Null when none can be made: one DAG must not hold up the others. */
  #newRun(dag: DagRow, spec: DagSpec, time: number, date: number, news: readonly AssetNews[], events: ReadonlyMap<number, AssetEventRow>): NewRun | null {
    const { start, end } = intervalOf(news, date)
    try {
      return {
        dag_key: dag.dag_key, version_key: dag.version_key, run_id: runIdOf(date), type: RunType.asset, logical_date: date, interval_start: start, interval_end: end,
        scheduled_for: null, params: JSON.stringify(resolveParams(spec.params, {})), due_at: time, deadline_at: deadlineOf(spec, time), reason: reasonOf(news, events),
      }
    } catch (error) {
      this.#held.set(dag.dag_key, performance.now() + TRY_AGAIN_MS)
      this.bus.emit('run-held', { dag: dag.dag_id, file: dag.file, message: `it gets no run for its assets: ${(error as Error).message}` })
      return null
    }
  }
}

const runIdOf = (logicalDate: number): string => `${ASSET_PREFIX}${new Date(logicalDate).toISOString()}`
