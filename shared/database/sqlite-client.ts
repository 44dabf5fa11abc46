import { createRequire } from 'node:module'
import type { Knex } from 'knex'
import { isContention } from '../outage.js'

const require = createRequire(import.meta.url)

/**
 * knex's better-sqlite3 dialect on libsql, which is compatible with it and comes with a prebuilt binary inside its npm
 * package: better-sqlite3 and sqlite3 need an install script, which npm blocks by default.
 */
interface Driver {
  _query(connection: unknown, query: unknown): Promise<unknown>
}
const BetterSqlite3Client = require('knex/lib/dialects/better-sqlite3/index.js') as new (config: Knex.Config) => Knex.Client & Driver

interface Connection {
  exec(sql: string): void
}
const SqliteTransaction = require('knex/lib/dialects/sqlite3/execution/sqlite-transaction.js') as new (...args: unknown[]) => object

/**
 * Takes the write lock at once. A deferred BEGIN takes it at the first write, and when another process has committed since
 * the first read, that fails for good: the snapshot is stale, and waiting does not mend it.
 *
 * By exec() and not as a prepared statement: libsql leaves one that met SQLITE_BUSY in progress, and every later COMMIT of
 * the connection then fails. For the same reason every write belongs into a transaction.
 */
class ImmediateTransaction extends SqliteTransaction {
  begin(connection: Connection): Promise<void> {
    return new Promise(resolve => {
      connection.exec('BEGIN IMMEDIATE')
      resolve()
    })
  }
}

export class SqliteClient extends BetterSqlite3Client {
  _driver(): unknown {
    return require('libsql')
  }

  /**
   * A connection that met SQLITE_BUSY has a statement in progress (see above): the pool opens another one.
   */
  override async _query(connection: { __knex__disposed?: unknown }, query: unknown): Promise<unknown> {
    try {
      return await super._query(connection, query)
    } catch (error) {
      if (isContention(error)) connection.__knex__disposed = error
      throw error
    }
  }

  override transaction(...args: unknown[]): Knex.Transaction {
    return new ImmediateTransaction(this, ...args) as unknown as Knex.Transaction
  }
}
