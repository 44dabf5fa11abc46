import { hostname } from 'node:os'
import { now, type Database } from '../../shared/database/database.js'
import { forgetSchedulers, writeScheduler } from '../../shared/database/tables/schedulers.js'
import { version } from '../../shared/version.js'

const EVERY_MS = 5_000
const REMEMBERED_MS = 24 * 3_600_000

/** Says in the database that this scheduler is there, for people: nothing is decided by it. */
export class Heartbeat {
  constructor(private readonly database: Database, private readonly id: string, private readonly notReady: () => string | null) {}

  async runOnce(): Promise<number> {
    await this.#write(false)
    await forgetSchedulers(this.database, await now(this.database) - REMEMBERED_MS)
    return EVERY_MS
  }

  /** A database that is away is not told: then it counts as vanished. */
  async leave(): Promise<void> {
    await this.#write(true).catch(() => {})
  }

  async #write(leaves: boolean): Promise<void> {
    await this.database.transact('heartbeat', tx => writeScheduler(tx, this.id, { host: hostname(), pid: process.pid, version: version(), notReady: this.notReady() }, leaves))
  }
}
