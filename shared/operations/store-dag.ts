import type { DagVersion } from '../dag/model.js'
import type { Database } from '../database/database.js'
import { ensureVersion } from '../database/tables/dag-versions.js'
import { lockDag, updateDag } from '../database/tables/dags.js'
import { ensureQueues } from '../database/tables/queues.js'

/** Stores a DAG that runs only when somebody triggers it, whatever its schedule. */
export async function storeUnscheduledDag(database: Database, version: DagVersion, file: string): Promise<void> {
  await database.transact('store-dag', async tx => {
    const row = await lockDag(tx, version.spec, file)
    await updateDag(tx, row.dag_key, await ensureVersion(tx, row.dag_key, version), version.spec, file, null)
    await ensureQueues(tx, [...new Set(version.spec.tasks.map(({ queue }) => queue))])
  })
}
