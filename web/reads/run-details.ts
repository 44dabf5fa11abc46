import type { Session } from '../../shared/database/database.js'
import { countStatesOfRun } from '../../shared/database/tables/grids.js'
import { iso } from '../../shared/time/iso.js'
import { missedDeadline, spanOf } from '../../shared/views/run-view.js'
import type { Run } from '../schemas/run.js'
import type { RunFound } from './finder.js'

export async function readRunDetails(session: Session, { dag, run, version }: RunFound): Promise<Run> {
  const counts = await countStatesOfRun(session, run.run_key)
  return {
    dag: dag.dag_id, run: run.run_id, state: run.state, type: run.type,
    logicalDate: iso(run.logical_date), dataIntervalStart: iso(run.interval_start), dataIntervalEnd: iso(run.interval_end), params: JSON.parse(run.params) as unknown,
    queuedAt: iso(run.due_at), startedAt: iso(run.started_at), endedAt: iso(run.ended_at), durationMs: spanOf(run.started_at, run.ended_at),
    reason: run.reason, backfill: run.backfill_key, deadlineAt: iso(run.deadline_at), deadlineMissed: missedDeadline(run), timeoutAt: iso(run.timeout_at), wanted: run.wanted,
    version: version.number, tasks: Object.fromEntries(counts.map(({ state, count }) => [state, count])),
  }
}
