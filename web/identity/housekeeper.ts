import type { Config } from '../../shared/config/schema.js'
import type { Database } from '../../shared/database/database.js'
import { deleteOldAudit } from '../../shared/database/tables/audit-log.js'
import { deleteOldKeys } from '../../shared/database/tables/idempotency-keys.js'
import { deleteExpiredLoginCodes } from '../../shared/database/tables/login-codes.js'
import { deleteExpiredSessions } from '../../shared/database/tables/sessions.js'

const EVERY_MS = 10 * 60_000
const KEYS_MS = 24 * 3_600_000
const MOST = 400

/** Removes what has expired; that it has is decided where it is read. */
export class Housekeeper {
  constructor(private readonly database: Database, private readonly config: Config) {}

  async runOnce(): Promise<number> {
    const { database, config } = this
    const { auditKeep } = config
    await database.transact('delete-expired', async tx => {
      await deleteExpiredSessions(tx, { idle: config.sessionIdle, max: config.sessionMax })
      await deleteExpiredLoginCodes(tx)
    })
    const keys = await database.transact('delete-old-keys', tx => deleteOldKeys(tx, KEYS_MS, MOST))
    const entries = auditKeep === 'forever' ? 0 : await database.transact('delete-old-audit', tx => deleteOldAudit(tx, auditKeep, MOST))
    return keys === MOST || entries === MOST ? 0 : EVERY_MS
  }
}
