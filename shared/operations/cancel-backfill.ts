import type { Database } from '../database/database.js'
import { setBackfillState } from '../database/tables/backfills.js'
import { lockRuns, runsOfBackfill } from '../database/tables/dag-runs.js'
import { lockDagRow } from '../database/tables/dags.js'
import { Topic, topicsChanged } from '../live/changes.js'
import { tellChanges } from '../live/tell-changes.js'
import { Specs } from '../planning/specs.js'
import { BackfillState } from '../states/backfill.js'
import { RunState, WantedRunState } from '../states/run.js'
import { refuseEnded } from './backfill-pause.js'
import { mustFindBackfill } from './backfill-progress.js'
import { cancelAttempts, type Broker } from './cancel-attempts.js'
import { cancelOpen } from './cancel.js'
import { cancelRuns } from './cancel-runs.js'
import { settleChange } from './settle-change.js'

export interface CancelBackfill {
  readonly by: string | null
  /** Whether what runs already is cancelled too; else it goes on. */
  readonly running: boolean
}

export interface CancelledBackfill {
  /** Runs that had not started and never will. */
  readonly queued: number
  /** Runs that had started: they were cancelled, or go on. */
  readonly running: number
}

/**
 * Cancels a backfill for good, with what of it has not started.
 * @throws LongshoreError LS_BACKFILL_NOT_FOUND, LS_BACKFILL_ENDED
 */
export async function cancelBackfill(database: Database, broker: Broker, key: number, { by, running }: CancelBackfill): Promise<CancelledBackfill> {
  const { row: { dag_id } } = await mustFindBackfill(database, key)
  const reason = `backfill ${key} was cancelled${by === null ? '' : ` by ${by}`}`
  const { tell, queued, started } = await database.transact('cancel-backfill', async tx => {
    // Under the lock of the DAG no run starts, so that none slips from queued to running in between.
    await lockDagRow(tx, dag_id)
    refuseEnded(await mustFindBackfill(tx, key))
    await setBackfillState(tx, key, BackfillState.cancelled)
    const waiting = await lockRuns(tx, await runsOfBackfill(tx, key, [RunState.queued]))
    const cancelled = await cancelOpen(tx, [...waiting.values()], { reason, wantedRun: WantedRunState.cancelled })
    await settleChange(tx, new Specs(), cancelled.change)
    return { tell: cancelled.tell, queued: waiting.size, started: await runsOfBackfill(tx, key, [RunState.running]) }
  })
  await cancelAttempts(broker, tell)
  if (running && started.length > 0) await cancelRuns(database, broker, started, { by, reason })
  await tellChanges(broker, topicsChanged(Topic.dags, Topic.dag(dag_id)))
  return { queued, running: started.length }
}
