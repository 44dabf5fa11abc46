import { hostname } from 'node:os'
import type { Config } from '../shared/config/schema.js'
import type { Database } from '../shared/database/database.js'
import { insertAudit } from '../shared/database/tables/audit-log.js'
import { withDatabase } from './database.js'
import { currentUser } from './user.js'

/** What a command did to users or tokens, as the audit log has it. */
export interface Act {
  readonly action: string
  readonly target: Readonly<Record<string, unknown>>
}

/** Changes who may do what, and writes it into the audit log. */
export async function audited<T>(config: Config, { action, target }: Act, work: (database: Database) => Promise<T>): Promise<T> {
  return withDatabase(config, async database => {
    const result = await work(database)
    await database.transact('audit', tx => insertAudit(tx, {
      principal: `${currentUser()} (command)`, action, dag_id: null, target: JSON.stringify(target), body_digest: null, status: 0, code: null, address: hostname(),
    }))
    return result
  })
}
