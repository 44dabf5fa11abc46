import type { Config } from '../../shared/config/schema.js'
import { pauseDag } from '../../shared/database/tables/dags.js'
import { withDatabase } from '../database.js'
import { mustFindDag } from '../find.js'
import { wakeSchedulers } from './wake-schedulers.js'

/** Returns whether that changed anything. */
export async function setPaused(config: Config, dagId: string, paused: boolean): Promise<boolean> {
  const changed = await withDatabase(config, database => database.transact('pause-dag', async tx => {
    const { row } = await mustFindDag(tx, dagId)
    if ((row.is_paused !== 0) === paused) return false
    return pauseDag(tx, dagId, paused)
  }))
  await wakeSchedulers(config)
  return changed
}
