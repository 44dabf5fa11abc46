import type { Database } from '../database/database.js'
import { setBackfillState } from '../database/tables/backfills.js'
import { lockDagRow } from '../database/tables/dags.js'
import { LongshoreError } from '../errors.js'
import { BackfillState } from '../states/backfill.js'
import { mustFindBackfill, type BackfillProgress } from './backfill-progress.js'

/**
 * Pauses a backfill or lets it go on; returns whether that changed anything.
 * @throws LongshoreError LS_BACKFILL_NOT_FOUND, LS_BACKFILL_ENDED
 */
export async function setBackfillPaused(database: Database, key: number, paused: boolean): Promise<boolean> {
  const { row: { dag_id } } = await mustFindBackfill(database, key)
  return database.transact('pause-backfill', async tx => {
    await lockDagRow(tx, dag_id)
    const current = await mustFindBackfill(tx, key)
    refuseEnded(current)
    const wanted = paused ? BackfillState.paused : BackfillState.active
    if (current.row.state === wanted) return false
    await setBackfillState(tx, key, wanted)
    return true
  })
}

export function refuseEnded({ row, phase }: BackfillProgress): void {
  if (phase === 'cancelled') throw new LongshoreError('LS_BACKFILL_ENDED', `backfill ${row.backfill_key} of DAG '${row.dag_id}' was cancelled`)
  if (phase === 'completed') throw new LongshoreError('LS_BACKFILL_ENDED', `backfill ${row.backfill_key} of DAG '${row.dag_id}' is completed`)
}
