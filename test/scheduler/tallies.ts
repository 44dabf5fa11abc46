import { expect } from 'vitest'
import { graphOf } from '../../shared/dag/graph.js'
import type { Database } from '../../shared/database/database.js'
import { listRuns } from '../../shared/database/tables/dag-runs.js'
import { readSpecs } from '../../shared/database/tables/dag-versions.js'
import { taskInstancesOfRun } from '../../shared/database/tables/task-instances.js'

/** Counts the instances upstream of every instance of every run, and compares that with what its row says. */
export async function expectTalliesToHold(database: Database): Promise<void> {
  for (const run of await listRuns(database, { limit: 10_000 })) {
    const spec = (await readSpecs(database, [run.version_key])).get(run.version_key)
    if (spec === undefined) throw new Error(`run ${run.run_id} has no version`)
    const rows = await taskInstancesOfRun(database, run.run_key)
    const counts = (taskId: string, ...states: string[]): number => (graphOf(spec).upstream.get(taskId) ?? [])
      .flatMap(up => rows.filter(row => row.task_id === up && row.is_removed !== 1)).filter(row => states.length === 0 || states.includes(row.state)).length
    for (const row of rows.filter(({ task_id }) => graphOf(spec).tasks.has(task_id))) {
      const { task_id: id, map_index, up_total, up_success, up_failed, up_upstream_failed, up_skipped } = row
      expect({ run: run.run_id, id, map_index, up_total, up_success, up_failed, up_upstream_failed, up_skipped }).toEqual({
        run: run.run_id, id, map_index, up_total: counts(id), up_success: counts(id, 'success'), up_failed: counts(id, 'failed', 'cancelled'),
        up_upstream_failed: counts(id, 'upstream_failed'), up_skipped: counts(id, 'skipped'),
      })
    }
  }
}
