import type { DagSpec } from '../dag/model.js'
import { now, type Database, type Session } from '../database/database.js'
import { insertBackfill } from '../database/tables/backfills.js'
import { insertRuns, joinBackfill, lockRuns, readRuns, runsOfBackfill, runsOfDates } from '../database/tables/dag-runs.js'
import { findDag, lockDagRow } from '../database/tables/dags.js'
import { LongshoreError } from '../errors.js'
import { Specs } from '../planning/specs.js'
import type { Reprocess } from '../states/backfill.js'
import { RunState, RunType } from '../states/run.js'
import { datesIn, planDates, readRange, type DateRange, type PlannedDate } from './backfill-dates.js'
import type { TimetableRun } from '../time/timetable.js'
import { clearRuns } from './clear.js'
import { mustFindDag, type FoundDag } from './find.js'
import { paramsText } from './params-text.js'

export interface BackfillRequest {
  readonly dag: string
  /** Dates, in the DAG's zone unless they name their own; both belong to the range. */
  readonly from: string
  readonly to: string
  readonly reprocess: Reprocess
  /** Null: as many as the DAG allows for its own runs. */
  readonly maxActiveRuns: number | null
  readonly params: Readonly<Record<string, unknown>>
  /** Newest date first. */
  readonly backwards: boolean
  /** Who asks for it. */
  readonly by: string | null
}

export interface Backfill {
  /** Null in a dry run, and when it leaves every date alone. */
  readonly backfill: number | null
  readonly dag: string
  readonly maxActiveRuns: number
  /** In the order in which they run. */
  readonly dates: readonly PlannedDate[]
  /** The runs wait until the DAG is not paused any more. */
  readonly paused: boolean
}

/** What a backfill would do about each date. Changes nothing. */
export async function planBackfill(database: Database, request: BackfillRequest): Promise<Backfill> {
  const found = await mustFindDag(database, request.dag)
  const prepared = prepare(found, request, await now(database))
  return describe(found, request, await plan(database, found, prepared, request, false), null)
}

/** Makes the runs of a backfill, and runs again those that its rule names; schedulers start them within its own limit. */
export async function startBackfill(database: Database, request: BackfillRequest): Promise<Backfill> {
  // Before the transaction: 10,000 dates take a second, and a pattern of the DAG's author may take longer.
  const found = await mustFindDag(database, request.dag)
  const prepared = prepare(found, request, await now(database))
  const started = await database.transact('start-backfill', async tx => {
    // Locked, so that neither its timetable nor another backfill makes a run of a date between the look and the insert.
    await lockDagRow(tx, request.dag)
    const current = await findDag(tx, request.dag)
    if (current?.version_key !== found.row.version_key) return null
    if (current.is_active === 0) throw new LongshoreError('LS_DAG_NOT_FOUND', `DAG '${request.dag}' is not in any DAG file any more; it was in ${current.file}`)
    const dates = await plan(tx, found, prepared, request, true)
    return describe({ ...found, row: current }, request, dates, await write(tx, found, prepared, request, dates))
  })
  // The DAG changed meanwhile: dates and params are those of another version.
  return started ?? startBackfill(database, request)
}

interface Prepared extends DateRange {
  readonly params: string
  /** Oldest first. */
  readonly dates: readonly TimetableRun[]
}

function prepare({ spec }: FoundDag, { from, to, params, backwards }: BackfillRequest, time: number): Prepared {
  if (backwards) refuseBackwards(spec)
  const range = readRange(from, to, spec.timezone)
  return { ...range, params: paramsText(spec.params, params), dates: datesIn(spec, range, time) }
}

/** The newest run would hold a slot and wait for one that may not start before it has ended. */
function refuseBackwards({ dag, tasks }: DagSpec): void {
  const bound = tasks.find(({ dependsOnPast }) => dependsOnPast)
  if (bound !== undefined) throw new LongshoreError('LS_BACKFILL_ORDER', `DAG '${dag}' cannot be backfilled backwards: its task '${bound.id}' depends on the run before`)
}

/** With `lock`, the runs that are to run again are locked, and judged by what they are under their locks. */
async function plan(session: Session, { row }: FoundDag, { dates }: Prepared, { reprocess, backwards }: BackfillRequest, lock: boolean): Promise<PlannedDate[]> {
  const [first, last] = [dates[0]?.logicalDate ?? 0, dates.at(-1)?.logicalDate ?? 0]
  const existing = new Map((await runsOfDates(session, row.dag_key, first, last)).map(run => [run.logical_date, run]))
  if (lock) for (const run of (await lockRuns(session, againKeys(planDates(dates, existing, reprocess)))).values()) existing.set(run.logical_date, run)
  const planned = planDates(dates, existing, reprocess)
  return backwards ? planned.reverse() : planned
}

const againKeys = (dates: readonly PlannedDate[]): number[] =>
  dates.flatMap(({ action, runKey }) => (action === 'reprocess' && runKey !== null ? [runKey] : []))

async function write(tx: Session, { row, spec }: FoundDag, { from, to, params }: Prepared, request: BackfillRequest, dates: readonly PlannedDate[]): Promise<number | null> {
  if (dates.every(({ action }) => action === 'leave')) return null
  const time = await now(tx)
  const key = await insertBackfill(tx, {
    dag_key: row.dag_key, from_date: from, to_date: to, reprocess: request.reprocess, max_active_runs: request.maxActiveRuns ?? row.max_active_runs,
    is_backwards: request.backwards, params, skipped: dates.filter(({ action }) => action === 'leave').length, created_by: request.by, created_at: time,
  })
  const reason = `backfill ${key}${request.by === null ? '' : ` by ${request.by}`}`
  await insertRuns(tx, dates.filter(({ action }) => action === 'create').map(date => ({
    dag_key: row.dag_key, version_key: row.version_key, run_id: date.run, type: RunType.backfill, logical_date: date.logicalDate,
    interval_start: date.dataIntervalStart, interval_end: date.dataIntervalEnd, scheduled_for: date.logicalDate, params, due_at: time, backfill_key: key, reason,
  })))
  await refuseLostDates(tx, key, spec.dag, dates)
  await runAgain(tx, dates, { backfill_key: key, params, reason }, request.by)
  return key
}

/** insertRuns leaves out what exists; a run of another kind that took the name of a date must not swallow it unseen. */
async function refuseLostDates(tx: Session, key: number, dag: string, dates: readonly PlannedDate[]): Promise<void> {
  const wanted = dates.filter(({ action }) => action === 'create')
  const made = await runsOfBackfill(tx, key, [RunState.queued])
  if (made.length < wanted.length) throw new LongshoreError('LS_RUN_EXISTS', `DAG '${dag}' has ${wanted.length - made.length} runs already whose ids begin like those of a backfill but which stand for no date`)
}

/** All runs of a backfill have its params, and those that it runs again the newest version of the DAG, as the new ones do. */
async function runAgain(tx: Session, dates: readonly PlannedDate[], columns: { readonly backfill_key: number; readonly params: string; readonly reason: string }, by: string | null): Promise<void> {
  const keys = againKeys(dates)
  if (keys.length === 0) return
  await joinBackfill(tx, keys, columns)
  const runs = await readRuns(tx, keys)
  await clearRuns(tx, new Specs(), [...runs.values()], { by, reason: columns.reason, latestVersion: true })
}

function describe({ row, spec }: FoundDag, { maxActiveRuns }: BackfillRequest, dates: readonly PlannedDate[], backfill: number | null): Backfill {
  return { backfill, dag: spec.dag, maxActiveRuns: maxActiveRuns ?? row.max_active_runs, dates, paused: row.is_paused !== 0 }
}
