import type { Database } from '../../shared/database/database.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { dueInstances, untilNextLook } from '../../shared/database/tables/waiting-instances.js'
import type { Specs } from '../../shared/planning/specs.js'
import type { Advance } from '../advance.js'
import type { SchedulerBus } from '../bus.js'
import { look, type Look } from './look.js'
import { prepare, type Prepared } from './prepare.js'
import { isPassing, setAside } from './set-aside.js'
import type { WaitKeys } from './wait-keys.js'

/** Looks per transaction, which holds the locks of their runs. */
const BATCH = 200

/**
 * Looks at what waits without a slot when its next look is due: retries, containers that answered "not yet", and what the
 * scheduler itself waits for. Several schedulers may look at the same instance; the lock of its run lets one of them decide.
 */
export class Waits {
  /** Told that runs were made which wait to be started. */
  onRunsMade: () => void = () => {}

  constructor(
    private readonly database: Database,
    private readonly advance: Advance,
    private readonly specs: Specs,
    private readonly keys: WaitKeys,
    private readonly bus: SchedulerBus,
  ) {}

  async runOnce(): Promise<number> {
    const rest = await this.keys.runOnce()
    const due = await dueInstances(this.database, BATCH)
    if (due.length > 0) await this.#lookAll(due)
    if (due.length === BATCH) return 0
    return Math.min(rest, Math.max(0, await untilNextLook(this.database) ?? rest))
  }

  async #lookAll(due: readonly TaskInstanceRow[]): Promise<void> {
    const prepared = await prepare(this.database, this.specs, due, (row, error) => setAside(this.database, this.bus, row, error))
    if (prepared.length === 0) return
    try {
      await this.#look(prepared)
    } catch (error) {
      if (isPassing(error)) throw error
      // One of them spoils the transaction: the others are looked at without it.
      for (const one of prepared) await this.#look([one]).catch((reason: unknown) => setAside(this.database, this.bus, one.row, reason))
    }
  }

  async #look(prepared: readonly Prepared[]): Promise<void> {
    let looked: Look | undefined
    await this.advance.transact('look', async tx => {
      looked = await look(tx, prepared)
      return looked.work
    })
    if (looked?.hasStartedRuns === true) this.onRunsMade()
  }
}
