import type { Database } from '../../shared/database/database.js'
import { lockRuns } from '../../shared/database/tables/dag-runs.js'
import { dueForRetry, readTaskInstances, unchanged, untilNextRetry } from '../../shared/database/tables/task-instances.js'
import { TaskState } from '../../shared/states/task-instance.js'
import type { Advance } from '../advance.js'

const BATCH = 500
const REPAIR_MS = 2_000

/** Schedules again what waits for a retry or a poke, when it is due by the database's clock. */
export class RetryTimer {
  constructor(private readonly database: Database, private readonly advance: Advance) {}

  async runOnce(): Promise<number> {
    const due = await dueForRetry(this.database, BATCH)
    if (due.length > 0) {
      await this.advance.transact('retry', async tx => {
        const runs = await lockRuns(tx, due.map(instance => instance.run_key))
        const current = await readTaskInstances(tx, due.map(instance => instance.ti_id))
        const waiting = due.filter(({ ti_id, fence, state }) => current.get(ti_id)?.fence === fence && current.get(ti_id)?.state === state)
        return { runs, dispatch: false, transitions: waiting.map(row => ({ ...unchanged(row), state: TaskState.scheduled, reason: null, due_at: null })) }
      })
    }
    if (due.length === BATCH) return 0
    return Math.min(REPAIR_MS, Math.max(0, await untilNextRetry(this.database) ?? REPAIR_MS))
  }
}
