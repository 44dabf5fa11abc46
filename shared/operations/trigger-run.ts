import { deadlineOf } from '../dag/deadline.js'
import { now, type Database } from '../database/database.js'
import { findRun, insertRuns } from '../database/tables/dag-runs.js'
import { findDag, lockDagRow } from '../database/tables/dags.js'
import { LongshoreError } from '../errors.js'
import { ASSET_PREFIX, BACKFILL_PREFIX, RunType, SCHEDULED_PREFIX, TRIGGERED_PREFIX, type RunState } from '../states/run.js'
import { parseInstant } from '../time/iso.js'
import { timetableOf } from '../time/timetable.js'
import { ADHOC_DAG } from './adhoc-spec.js'
import { mustFindDag } from './find.js'
import { paramsText } from './params-text.js'

export interface TriggerRequest {
  readonly dag: string
  readonly params: Readonly<Record<string, unknown>>
  /** Null: named after its logical date. */
  readonly run: string | null
  /** A date of the past, in the DAG's zone unless it names its own; now unless told. */
  readonly logicalDate?: string | null
  /** Who or what asks for it. */
  readonly by?: string | null
}

export interface Triggered {
  readonly dag: string
  readonly run: string
  readonly state: RunState
  /** The run waits until the DAG is not paused any more. */
  readonly paused: boolean
}

/** Runs that Longshore makes are known by their ids; a manual run that took such a name would stand in their way. */
const RESERVED = [[SCHEDULED_PREFIX, 'the timetable'], [BACKFILL_PREFIX, 'backfills'], [TRIGGERED_PREFIX, 'tasks that trigger'], [ASSET_PREFIX, 'updates of assets']] as const

/** They appear in addresses, names of files and labels. */
const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._:+~@-]{0,199}$/

/** Inserts a manual run of the newest version of a DAG, for a scheduler to start. */
export async function triggerRun(database: Database, request: TriggerRequest): Promise<Triggered> {
  const { dag, params, run, by = null } = request
  // Its newest version is what somebody ran last.
  if (dag === ADHOC_DAG) throw new LongshoreError('LS_USAGE', `'${dag}' cannot be triggered: each of its runs is one command`, { hint: 'Run a command with `longshore run`.' })
  if (run !== null) refuseName(run)
  // Before the transaction: a pattern of the DAG's author may take its time.
  const { row, spec } = await mustFindDag(database, dag)
  const resolved = paramsText(spec.params, params)
  const asked = readDate(request.logicalDate ?? null, spec.timezone)
  const triggered = await database.transact('trigger-run', async tx => {
    // Locked, so that nobody else makes a run of the same name between the look and the insert.
    await lockDagRow(tx, dag)
    const current = await findDag(tx, dag)
    if (current?.version_key !== row.version_key) return null
    if (current.is_active === 0) throw new LongshoreError('LS_DAG_NOT_FOUND', `DAG '${dag}' is not in any DAG file any more; it was in ${row.file}`)
    const time = await now(tx)
    if (asked !== null && asked > time) throw new LongshoreError('LS_USAGE', `the logical date ${new Date(asked).toISOString()} is in the future: its data is not there yet`)
    let date = asked ?? time
    if (run === null && asked === null) while (await findRun(tx, row.dag_key, manualRunId(date)) !== undefined) date += 1
    const runId = run ?? manualRunId(date)
    if (await findRun(tx, row.dag_key, runId) !== undefined) throw new LongshoreError('LS_RUN_EXISTS', `DAG '${dag}' has a run '${runId}' already`)
    const { dataIntervalStart, dataIntervalEnd } = timetableOf(spec).lastCompletedInterval(date)
    await insertRuns(tx, [{
      dag_key: row.dag_key, version_key: row.version_key, run_id: runId, type: RunType.manual, logical_date: date,
      interval_start: dataIntervalStart, interval_end: dataIntervalEnd, scheduled_for: null, params: resolved, due_at: time,
      deadline_at: deadlineOf(spec, time), reason: by === null ? null : `triggered by ${by}`,
    }])
    const inserted = await findRun(tx, row.dag_key, runId)
    if (inserted === undefined) throw new LongshoreError('LS_RUN_EXISTS', `the run '${runId}' of DAG '${dag}' was not accepted by the database`)
    return { dag, run: runId, state: inserted.state, paused: current.is_paused !== 0 }
  })
  // The DAG changed meanwhile: the params are those of another version.
  return triggered ?? triggerRun(database, request)
}

function refuseName(run: string): void {
  if (!RUN_ID.test(run)) {
    throw new LongshoreError('LS_USAGE', `'${run}' cannot be the id of a run; use letters, digits and . _ : + ~ @ -, at most 200, and begin with a letter or digit`)
  }
  for (const [prefix, owner] of RESERVED) {
    if (run.startsWith(prefix)) throw new LongshoreError('LS_USAGE', `'${run}' cannot be the id of a manual run: ${prefix} begins the ids of runs that are made by ${owner}`)
  }
}

function readDate(text: string | null, zone: string): number | null {
  try {
    return text === null ? null : parseInstant(text, zone)
  } catch (cause) {
    throw new LongshoreError('LS_USAGE', `logical date: ${(cause as Error).message}`, { cause })
  }
}

const manualRunId = (instant: number): string => `manual__${new Date(instant).toISOString()}`
