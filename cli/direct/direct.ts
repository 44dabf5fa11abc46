import { hostname } from 'node:os'
import type { Config } from '../../shared/config/schema.js'
import type { Database } from '../../shared/database/database.js'
import { insertAudit } from '../../shared/database/tables/audit-log.js'
import { LongshoreError, type ErrorCode } from '../../shared/errors.js'
import { wakeSchedulers } from '../../shared/operations/wake-schedulers.js'
import { note } from '../output/print.js'
import { currentUser } from '../user.js'

/** What a command does, as the audit log has it. The names are those of the API. */
export interface Act {
  readonly action: string
  /** Null when it concerns no DAG, or all of them. */
  readonly dag?: string | null
  readonly target?: Readonly<Record<string, unknown>>
}

/** What speaks to the database itself. */
export class Direct {
  /** Who does it: what is changed says so. */
  readonly user = currentUser()

  constructor(readonly config: Config, readonly database: Database) {}

  /** Does one act of a person and writes it into the audit log, refused ones as well. */
  async act<T>(act: Act, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work()
      await this.#record(act, null)
      return result
    } catch (error) {
      await this.#record(act, error instanceof LongshoreError ? error.code : 'LS_INTERNAL')
      throw error
    }
  }

  /** The same, and has the schedulers look at what it left. */
  async operate<T>(act: Act, work: () => Promise<T>): Promise<T> {
    const result = await this.act(act, work)
    await wakeSchedulers(this.config)
    return result
  }

  async #record({ action, dag = null, target = {} }: Act, code: ErrorCode | null): Promise<void> {
    const principal = `cli:${this.user}@${hostname()}`
    await this.database.transact('audit', tx => insertAudit(tx, { principal, action, dag_id: dag, target: JSON.stringify(target), body_digest: null, status: 0, code, address: hostname() }))
      .catch((error: unknown) => { note(`this could not be written into the audit log: ${(error as Error).message}`) })
  }
}
