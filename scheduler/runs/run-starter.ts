import { lockStartableDags } from '../../shared/database/tables/dags.js'
import { DISPATCH, NO_CHANGE, type Advance } from '../advance.js'
import type { SchedulerBus } from '../bus.js'
import type { Specs } from '../plan/specs.js'
import { startRuns } from './start-runs.js'

const BATCH = 500
const REPAIR_MS = 2_000

/** Starts queued runs: those that people triggered, and those that waited for `max_active_runs`. Woken by triggers and by the end of runs. */
export class RunStarter {
  constructor(private readonly advance: Advance, private readonly specs: Specs, private readonly bus: SchedulerBus) {}

  async runOnce(): Promise<number> {
    let started = 0
    await this.advance.transact('start-runs', async tx => {
      const dags = await lockStartableDags(tx, BATCH)
      if (dags.length === 0) return NO_CHANGE
      started = await startRuns(tx, this.specs, dags.map(dag => dag.dag_key))
      return started > 0 ? DISPATCH : NO_CHANGE
    })
    if (started > 0) this.bus.emit('runs-started', { count: started })
    return started > 0 ? 0 : REPAIR_MS
  }
}
