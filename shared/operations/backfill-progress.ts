import type { Session } from '../database/database.js'
import { findBackfill, listBackfills, type BackfillFilter, type BackfillListRow } from '../database/tables/backfills.js'
import { countRunsOfBackfills, type BackfillCount } from '../database/tables/dag-runs.js'
import { LongshoreError } from '../errors.js'
import { BackfillState } from '../states/backfill.js'
import { RunState, UNFINISHED_RUN_STATES } from '../states/run.js'

/** What a backfill is called by how far it is. */
export type BackfillPhase = BackfillState | 'completed'

export interface BackfillProgress {
  readonly row: BackfillListRow
  readonly phase: BackfillPhase
  /** Its runs by state. One that a later backfill ran again is a run of that one. */
  readonly runs: Readonly<Record<RunState, number>>
  readonly total: number
  /** Milliseconds that are left if the rest goes like what has ended; null when that cannot be said. */
  readonly left: number | null
}

export async function listProgress(session: Session, filter: BackfillFilter): Promise<BackfillProgress[]> {
  const found = await listBackfills(session, filter)
  const counts = await countRunsOfBackfills(session, found.map(({ backfill_key }) => backfill_key))
  return found.map(row => progressOf(row, counts.filter(({ backfill_key }) => backfill_key === row.backfill_key)))
}

/** @throws LongshoreError LS_BACKFILL_NOT_FOUND */
export async function mustFindBackfill(session: Session, key: number): Promise<BackfillProgress> {
  const row = await findBackfill(session, key)
  if (row === undefined) throw new LongshoreError('LS_BACKFILL_NOT_FOUND', `there is no backfill ${key}`)
  return progressOf(row, await countRunsOfBackfills(session, [key]))
}

/** Pure part of {@link mustFindBackfill}. */
export function progressOf(row: BackfillListRow, counts: readonly Omit<BackfillCount, 'backfill_key'>[]): BackfillProgress {
  const runs = { ...NONE }
  for (const { state, count } of counts) runs[state] += count
  const total = Object.values(runs).reduce((sum, count) => sum + count, 0)
  const unfinished = UNFINISHED_RUN_STATES.reduce((sum, state) => sum + runs[state], 0)
  const phase = row.state === BackfillState.cancelled || unfinished > 0 ? row.state : 'completed'
  return { row, phase, runs, total, left: phase === BackfillState.active && row.is_paused === 0 ? timeLeft(row.max_active_runs, runs, counts) : null }
}

const NONE: Readonly<Record<RunState, number>> = { queued: 0, running: 0, success: 0, failed: 0, cancelled: 0 }

/** From the mean duration of runs and not from the time since the beginning, so that a pause does not count. A run that runs is taken to be half done. */
function timeLeft(limit: number, { queued, running }: Readonly<Record<RunState, number>>, counts: readonly Omit<BackfillCount, 'backfill_key'>[]): number | null {
  const ended = counts.filter(({ state }) => state === RunState.success || state === RunState.failed)
  const count = ended.reduce((sum, one) => sum + one.count, 0)
  if (count === 0) return null
  const mean = ended.reduce((sum, one) => sum + one.took, 0) / count
  return Math.round((queued + running / 2) * mean / Math.min(limit, queued + running))
}
