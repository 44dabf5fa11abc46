import type { DagVersion } from '../../shared/dag/model.js'
import type { Database } from '../../shared/database/database.js'
import { ensureVersion } from '../../shared/database/tables/dag-versions.js'
import { lockDag, updateDag } from '../../shared/database/tables/dags.js'
import { ensureQueues } from '../../shared/database/tables/queues.js'

/** Stores a DAG that runs only when somebody triggers it, whatever its schedule. */
export async function storeUnscheduledDag(database: Database, version: DagVersion, file: string): Promise<void> {
  await database.transact('store-dag', async tx => {
    const row = await lockDag(tx, version.spec, file)
    await updateDag(tx, row.dag_key, await ensureVersion(tx, row.dag_key, version), version.spec, file, null)
    await ensureQueues(tx, [...new Set(version.spec.tasks.map(({ queue }) => queue))])
  })
}
