import type { Database } from '../database/database.js'
import { pauseDag } from '../database/tables/dags.js'
import { mustFindDag } from './find.js'

/** Returns whether that changed anything. */
export async function setPaused(database: Database, dagId: string, paused: boolean): Promise<boolean> {
  return database.transact('pause-dag', async tx => {
    const { row } = await mustFindDag(tx, dagId)
    if ((row.is_paused !== 0) === paused) return false
    return pauseDag(tx, dagId, paused)
  })
}
