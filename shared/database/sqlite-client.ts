import { createRequire } from 'node:module'
import type { Knex } from 'knex'

const require = createRequire(import.meta.url)

/**
 * knex's better-sqlite3 dialect on libsql, which is compatible with it and comes with a prebuilt binary inside its npm
 * package: better-sqlite3 and sqlite3 need an install script, which npm blocks by default.
 */
const BetterSqlite3Client = require('knex/lib/dialects/better-sqlite3/index.js') as new (config: Knex.Config) => Knex.Client

export class SqliteClient extends BetterSqlite3Client {
  _driver(): unknown {
    return require('libsql')
  }
}
