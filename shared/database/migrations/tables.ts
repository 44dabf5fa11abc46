import type { Knex } from 'knex'

/** A table in the SQL that MySQL, MariaDB and SQLite share, besides SERIAL_INT and SERIAL_BIGINT for generated keys. */
export interface Table {
  readonly name: string
  readonly columns: readonly string[]
  readonly unique?: Readonly<Record<string, readonly string[]>>
  readonly indexes?: Readonly<Record<string, readonly string[]>>
}

/**
 * Creates tables that do not exist yet, each with its indexes in one statement on MySQL: it commits every DDL statement by
 * itself, and a start that is interrupted between two of them must leave nothing half made. knex's schema builder would
 * add the indexes with later statements.
 */
export async function createTables(knex: Knex, tables: readonly Table[]): Promise<void> {
  const isMysql = (knex.client as { readonly config: Knex.Config }).config.client === 'mysql2'
  for (const table of tables) {
    if (isMysql) {
      await knex.raw(mysqlTable(table))
    } else {
      for (const statement of sqliteTable(table)) await knex.raw(statement)
    }
  }
}

function mysqlTable({ name, columns, unique = {}, indexes = {} }: Table): string {
  const body = [
    ...columns.map(column => column.replace('SERIAL_INT', 'INT NOT NULL AUTO_INCREMENT PRIMARY KEY').replace('SERIAL_BIGINT', 'BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY')),
    ...Object.entries(unique).map(([index, of]) => `UNIQUE INDEX ${index} (${of.join(', ')})`),
    ...Object.entries(indexes).map(([index, of]) => `INDEX ${index} (${of.join(', ')})`),
  ]
  return `CREATE TABLE IF NOT EXISTS ${name} (\n  ${body.join(',\n  ')}\n) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`
}

function sqliteTable({ name, columns, unique = {}, indexes = {} }: Table): string[] {
  const body = columns.map(column => column.replace(/SERIAL_(BIG)?INT/, 'INTEGER PRIMARY KEY AUTOINCREMENT'))
  return [
    `CREATE TABLE IF NOT EXISTS ${name} (\n  ${body.join(',\n  ')}\n)`,
    ...Object.entries(unique).map(([index, of]) => `CREATE UNIQUE INDEX IF NOT EXISTS ${index} ON ${name} (${of.join(', ')})`),
    ...Object.entries(indexes).map(([index, of]) => `CREATE INDEX IF NOT EXISTS ${index} ON ${name} (${of.join(', ')})`),
  ]
}
