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
  for (const table of tables) {
    if (isMysql(knex)) {
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

const isMysql = (knex: Knex): boolean => (knex.client as { readonly config: Knex.Config }).config.client === 'mysql2'

/** A CHECK that lists values. Migrations name them literally: what a migration does never changes. */
export const allowed = (column: string, values: readonly string[]): string => `${column} IN (${values.map(value => `'${value}'`).join(', ')})`

/** How a table changes; each part can be taken back. */
export interface TableChange {
  readonly table: string
  /** Definitions of columns, a CHECK of the column among them. None: only indexes change. */
  readonly add: readonly string[]
  /** Named CHECK constraints of the table and what becomes of them. */
  readonly checks?: Readonly<Record<string, { readonly before: string; readonly after: string }>>
  readonly addIndexes?: Readonly<Record<string, readonly string[]>>
  readonly dropIndexes?: Readonly<Record<string, readonly string[]>>
}

/**
 * Changes a table. On MySQL that is one statement, which commits by itself, and a change that is there already is left
 * alone: a start that is interrupted between two of them goes on where it was. SQLite migrates in one transaction.
 */
export async function changeTable(knex: Knex, change: TableChange): Promise<void> {
  const { table, add, checks = {}, addIndexes = {}, dropIndexes = {} } = change
  await alter(knex, table, await has(knex, change), {
    columns: add.map(column => ({ name: nameOf(column), definition: column })),
    checks: Object.entries(checks).map(([name, { before, after }]) => ({ name, from: before, to: after })),
    addIndexes, dropIndexes: Object.keys(dropIndexes), dropColumns: [],
  })
}

/** Takes {@link changeTable} back. */
export async function restoreTable(knex: Knex, change: TableChange): Promise<void> {
  const { table, add, checks = {}, addIndexes = {}, dropIndexes = {} } = change
  await alter(knex, table, !(await has(knex, change)), {
    columns: [], checks: Object.entries(checks).map(([name, { before, after }]) => ({ name, from: after, to: before })),
    addIndexes: dropIndexes, dropIndexes: Object.keys(addIndexes), dropColumns: add.map(nameOf),
  })
}

const nameOf = (column: string): string => column.split(' ', 1)[0] as string

/** Whether the change has been made: all of it is one statement. */
async function has(knex: Knex, { table, add, addIndexes = {} }: TableChange): Promise<boolean> {
  const [first] = add
  if (first !== undefined) return knex.schema.hasColumn(table, nameOf(first))
  const [index = ''] = Object.keys(addIndexes)
  const found: unknown = await knex.raw(isMysql(knex)
    ? 'SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ? LIMIT 1'
    : `SELECT 1 FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND name = ?`, [table, index])
  return ((isMysql(knex) ? (found as [unknown[]])[0] : found) as unknown[]).length > 0
}

interface Alteration {
  readonly columns: readonly { readonly name: string; readonly definition: string }[]
  readonly dropColumns: readonly string[]
  readonly checks: readonly { readonly name: string; readonly from: string; readonly to: string }[]
  readonly addIndexes: Readonly<Record<string, readonly string[]>>
  readonly dropIndexes: readonly string[]
}

async function alter(knex: Knex, table: string, isDone: boolean, { columns, dropColumns, checks, addIndexes, dropIndexes }: Alteration): Promise<void> {
  if (isDone) return
  if (isMysql(knex)) {
    const parts = [
      ...dropIndexes.map(index => `DROP INDEX ${index}`),
      ...checks.map(({ name }) => `DROP CONSTRAINT ${name}`),
      ...dropColumns.map(column => `DROP COLUMN ${column}`),
      ...columns.map(({ definition }) => `ADD COLUMN ${definition}`),
      ...checks.map(({ name, to }) => `ADD CONSTRAINT ${name} CHECK (${to})`),
      ...Object.entries(addIndexes).map(([index, of]) => `ADD INDEX ${index} (${of.join(', ')})`),
    ]
    await knex.raw(`ALTER TABLE ${table} ${parts.join(', ')}`)
    return
  }
  for (const index of dropIndexes) await knex.raw(`DROP INDEX ${index}`)
  for (const column of dropColumns) await knex.raw(`ALTER TABLE ${table} DROP COLUMN ${column}`)
  for (const { definition } of columns) await knex.raw(`ALTER TABLE ${table} ADD COLUMN ${definition}`)
  for (const { from, to } of checks) await replaceCheck(knex, table, from, to)
  for (const [index, of] of Object.entries(addIndexes)) await knex.raw(`CREATE INDEX ${index} ON ${table} (${of.join(', ')})`)
}

/**
 * SQLite cannot alter a CHECK. To rebuild the table would delete what refers to it; to edit the text of its definition is
 * the way that SQLite's documentation gives for changes that touch no stored row (lang_altertable.html, section 7).
 */
async function replaceCheck(knex: Knex, table: string, from: string, to: string): Promise<void> {
  const [{ schema_version: version } = { schema_version: 0 }] = await knex.raw('PRAGMA schema_version') as { schema_version: number }[]
  await knex.raw('PRAGMA writable_schema = ON')
  await knex.raw(`UPDATE sqlite_master SET sql = REPLACE(sql, ?, ?) WHERE type = 'table' AND name = ?`, [`CHECK (${from})`, `CHECK (${to})`, table])
  await knex.raw(`PRAGMA schema_version = ${version + 1}`)
  await knex.raw('PRAGMA writable_schema = OFF')
}
