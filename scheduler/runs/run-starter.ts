import { lockStartableDags } from '../../shared/database/tables/dags.js'
import { NOTHING_TO_DO, type Advance } from '../advance.js'
import type { SchedulerBus } from '../bus.js'
import type { Lanes } from '../../shared/planning/lanes.js'
import type { Specs } from '../../shared/planning/specs.js'
import { startRuns } from './start-runs.js'

const BATCH = 500
const REPAIR_MS = 2_000

/** Starts queued runs: those that people triggered, and those that waited for `max_active_runs`. Woken by triggers and by the end of runs. */
export class RunStarter {
  constructor(private readonly advance: Advance, private readonly specs: Specs, private readonly lanes: Lanes, private readonly bus: SchedulerBus) {}

  async runOnce(): Promise<number> {
    let started = 0
    await this.advance.transact('start-runs', async tx => {
      const dags = await lockStartableDags(tx, BATCH)
      if (dags.length === 0) return NOTHING_TO_DO
      const { count, work } = await startRuns(tx, this.specs, this.lanes, dags.map(dag => dag.dag_key))
      started = count
      return work
    })
    if (started > 0) this.bus.emit('runs-started', { count: started })
    return started > 0 ? 0 : REPAIR_MS
  }
}
