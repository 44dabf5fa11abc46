import type { Knex } from 'knex'
import { LongshoreError } from '../errors.js'
import { rows, type Database } from './database.js'
import { MIGRATIONS, type Migration } from './migrations/index.js'

const LOCK = 'longshore-migrate'
const LOCK_WAIT_SECONDS = 120

export interface SchemaStatus {
  readonly applied: readonly string[]
  readonly pending: readonly string[]
  /** Migrations in the database that this version does not know. */
  readonly unknown: readonly string[]
}

export async function schemaStatus(database: Database): Promise<SchemaStatus> {
  const applied = await database.repeat(() => appliedNames(database))
  return {
    applied,
    pending: MIGRATIONS.map(({ name }) => name).filter(name => !applied.includes(name)),
    unknown: applied.filter(name => !MIGRATIONS.some(migration => migration.name === name)),
  }
}

/** Refuses a schema that is not the one this version works with. */
export async function checkSchema(database: Database): Promise<void> {
  const status = await schemaStatus(database)
  refuseNewer(database, status)
  if (status.pending.length > 0) {
    throw new LongshoreError('LS_SCHEMA_OLDER', `the schema of ${database.label} lacks ${status.pending.join(', ')}`)
  }
}

/**
 * Brings the schema up to date and returns the names of what was applied. Any number of processes may start at once: one
 * migrates under a lock that its connection holds, so that it ends with the process, and the others find the work done.
 */
export async function migrate(database: Database): Promise<readonly string[]> {
  const before = await schemaStatus(database)
  refuseNewer(database, before)
  if (before.pending.length === 0) return []
  return withLock(database, async knex => {
    const source = new MigrationSource()
    await freeAbandonedLock(knex)
    const [, applied] = await knex.migrate.latest({ migrationSource: source }) as [number, string[]]
    return applied
  })
}

/** Takes back the newest migration. */
export async function rollback(database: Database): Promise<readonly string[]> {
  return withLock(database, async knex => {
    await freeAbandonedLock(knex)
    const [, undone] = await knex.migrate.down({ migrationSource: new MigrationSource() }) as [number, string[]]
    return undone
  })
}

class MigrationSource implements Knex.MigrationSource<Migration> {
  getMigrations = (): Promise<Migration[]> => Promise.resolve([...MIGRATIONS])
  getMigrationName = (migration: Migration): string => migration.name
  getMigration = (migration: Migration): Promise<Migration> => Promise.resolve(migration)
}

/** knex's own lock row stays behind when a migrating process is killed; ours has proved by then that nobody holds it. */
async function freeAbandonedLock(knex: Knex): Promise<void> {
  if (await knex.schema.hasTable('knex_migrations_lock')) await knex.migrate.forceFreeMigrationsLock({ migrationSource: new MigrationSource() })
}

async function withLock<T>(database: Database, work: (knex: Knex) => Promise<T>): Promise<T> {
  if (database.dialect.name === 'sqlite') return withSqliteLock(database, work)
  const pool = database.query.client as { acquireConnection(): Promise<unknown>; releaseConnection(connection: unknown): Promise<void> }
  const connection = await pool.acquireConnection()
  const onConnection = (sql: string): Promise<unknown> => database.query.raw(sql).connection(connection as never)
  try {
    // It waits for the migrations, which run on another connection, for as long as they take.
    await onConnection('SET SESSION wait_timeout = 28800')
    const [answer] = (await onConnection(`SELECT GET_LOCK('${LOCK}', ${LOCK_WAIT_SECONDS}) AS got`) as [{ got: number }[]])[0]
    if (answer?.got !== 1) throw new LongshoreError('LS_TIMEOUT', `another process has been migrating ${database.label} for more than ${LOCK_WAIT_SECONDS} s`)
    try {
      return await work(database.query)
    } finally {
      await onConnection(`SELECT RELEASE_LOCK('${LOCK}')`)
    }
  } finally {
    await pool.releaseConnection(connection)
  }
}

/** One transaction around everything: SQLite's DDL is transactional and its write lock is the lock. */
async function withSqliteLock<T>(database: Database, work: (knex: Knex) => Promise<T>): Promise<T> {
  return database.transact('migrate', async ({ query }) => {
    await query.raw('CREATE TABLE IF NOT EXISTS migration_lock (held INTEGER)')
    return work(query)
  })
}

async function appliedNames(database: Database): Promise<string[]> {
  if (!(await database.query.schema.hasTable('knex_migrations'))) return []
  return (await rows<{ name: string }>(database, 'SELECT name FROM knex_migrations ORDER BY id')).map(({ name }) => name)
}

function refuseNewer(database: Database, { unknown }: SchemaStatus): void {
  if (unknown.length === 0) return
  throw new LongshoreError('LS_SCHEMA_NEWER', `the schema of ${database.label} was made by a newer Longshore: it has ${unknown.join(', ')}, which this version does not know`)
}
