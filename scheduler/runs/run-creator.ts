import { timetableOf, type TimetableRun } from '../../shared/time/timetable.js'
import { resolveParams } from '../../shared/dag/params.js'
import { now, type Database } from '../../shared/database/database.js'
import { insertRuns, type NewRun } from '../../shared/database/tables/dag-runs.js'
import { lastInterval, lockDueDags, setTimetablePositions, untilNextDue, type DagRow, type NextInterval, type TimetablePosition } from '../../shared/database/tables/dags.js'
import { RunType, SCHEDULED_PREFIX } from '../../shared/states/run.js'
import { NOTHING_TO_DO, type Advance } from '../advance.js'
import { deadlineOf } from '../../shared/dag/deadline.js'
import type { DagSpec } from '../../shared/dag/model.js'
import type { Lanes } from '../../shared/planning/lanes.js'
import type { Specs } from '../../shared/planning/specs.js'
import { startRuns } from './start-runs.js'
import type { SchedulerBus } from '../bus.js'

/** DAGs per transaction. */
const BATCH = 200
/** The longest sleep: repairs what an event that got lost would have told. */
const REPAIR_MS = 5_000
const LOCKED_MS = 20
const TRY_AGAIN_MS = 60_000

/**
 * Creates the runs that timetables ask for and starts them in the same transaction, so that the first task of a run is on
 * its queue one commit after the run is due.
 */
export class RunCreator {
  constructor(
    private readonly database: Database,
    private readonly advance: Advance,
    private readonly specs: Specs,
    private readonly lanes: Lanes,
    private readonly bus: SchedulerBus,
  ) {}

  async runOnce(): Promise<number> {
    const created = await this.#createDue()
    if (created === BATCH) return 0
    const wait = await untilNextDue(this.database)
    // What is due and was not created is in another scheduler's hands: do not spin.
    return Math.min(REPAIR_MS, Math.max(created === 0 ? LOCKED_MS : 0, wait ?? REPAIR_MS))
  }

  async #createDue(): Promise<number> {
    let count = 0
    let started = 0
    let late: number[] = []
    await this.advance.transact('create-runs', async tx => {
      const due = await lockDueDags(tx, BATCH)
      count = due.length
      if (due.length === 0) return NOTHING_TO_DO
      const time = await now(tx)
      const versions = await this.specs.get(tx, due.map(dag => dag.version_key))

      const runs: NewRun[] = []
      late = []
      const positions = new Map<number, TimetablePosition>()
      for (const dag of due) {
        const spec = versions.get(dag.version_key)
        if (spec === undefined) continue
        try {
          const timetable = timetableOf(spec)
          const run = timetable.next(lastInterval(dag), time)
          const isDue = run !== null && run.dueAt <= time
          const created = isDue ? [newRun(dag, spec, run)] : []
          positions.set(dag.dag_key, { next: nextInterval(isDue ? timetable.next(run, time) : run), made: isDue ? run : null })
          runs.push(...created)
          if (isDue) late.push(time - run.dueAt)
        } catch (error) {
          // One DAG that cannot be scheduled must not hold up the others.
          this.bus.emit('run-held', { dag: dag.dag_id, file: dag.file, message: `it cannot be scheduled: ${(error as Error).message}` })
          positions.set(dag.dag_key, { next: { start: dag.next_interval_start ?? time, end: dag.next_interval_end ?? time, dueAt: time + TRY_AGAIN_MS }, made: null })
        }
      }
      await insertRuns(tx, runs)
      await setTimetablePositions(tx, positions)
      const { count: startedNow, work } = await startRuns(tx, this.specs, this.lanes, [...new Set(runs.map(run => run.dag_key))])
      started = startedNow
      return work
    })
    for (const lateMs of late) this.bus.emit('run-created', { lateMs })
    if (started > 0) this.bus.emit('runs-started', { count: started })
    return count
  }
}

/** Airflow's name of a scheduled run. */
const runIdOf = (logicalDate: number): string => `${SCHEDULED_PREFIX}${new Date(logicalDate).toISOString()}`

function newRun(dag: DagRow, spec: DagSpec, run: TimetableRun): NewRun {
  return {
    dag_key: dag.dag_key, version_key: dag.version_key, run_id: runIdOf(run.logicalDate), type: RunType.scheduled, logical_date: run.logicalDate,
    interval_start: run.dataIntervalStart, interval_end: run.dataIntervalEnd, scheduled_for: run.logicalDate,
    params: JSON.stringify(resolveParams(spec.params, {})), due_at: run.dueAt, deadline_at: deadlineOf(spec, run.dueAt),
  }
}

export const nextInterval = (run: TimetableRun | null): NextInterval | null =>
  run === null ? null : { start: run.dataIntervalStart, end: run.dataIntervalEnd, dueAt: run.dueAt }
