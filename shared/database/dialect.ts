/** What MySQL/MariaDB and SQLite write differently. Everything else is the subset that they share. */
export interface Dialect {
  readonly name: 'mysql' | 'sqlite'
  /** SQL for the database's clock in milliseconds since the epoch. */
  readonly now: string
  /** Appended to a SELECT that locks the rows it reads; SQLite has one writer at a time and needs none. */
  readonly forUpdate: string
  readonly forUpdateSkipLocked: string
  /** Appended to a SELECT whose rows must stay as they are until the transaction has ended; others may do the same. */
  readonly forShare: string
  /** After a table: the index by which to read it, where the optimiser would sort a whole backlog instead. */
  readonly byIndex: (index: string) => string
  /** Joins tables in the order in which they are written, where the optimiser would begin with a table that is longer. */
  readonly joinInOrder: string
  /** A table expression over one JSON array parameter (`?`), one row per element. */
  readonly jsonRows: (columns: readonly JsonColumn[]) => string
  /** `UPDATE table SET … FROM rows v WHERE …`, where `v` is a {@link jsonRows} expression. */
  readonly updateFrom: (update: UpdateFrom) => string
}

export interface JsonColumn {
  readonly name: string
  readonly type: 'integer' | 'double' | 'text'
}

export interface UpdateFrom {
  readonly table: string
  readonly rows: string
  /** Column to SQL expression; unqualified columns are those of the table. */
  readonly set: Readonly<Record<string, string>>
  readonly where: string
}

/** The parameter of {@link Dialect.jsonRows}. Half of a surrogate pair, as a cut through an emoji leaves it, is no valid JSON for MySQL. */
export const jsonParameter = (rows: readonly (readonly unknown[])[]): string =>
  JSON.stringify(rows, (_, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value))

const assignments = (set: UpdateFrom['set'], prefix: string): string =>
  Object.entries(set).map(([column, expression]) => `${prefix}${column} = ${expression}`).join(', ')

/** Texts would else have the character set of the database, which may not know them. */
const MYSQL_TYPES = { integer: 'BIGINT', double: 'DOUBLE', text: 'LONGTEXT CHARACTER SET utf8mb4' } as const

export const mysql: Dialect = {
  name: 'mysql',
  /** Signed: a difference of unsigned numbers below zero is an error. */
  now: 'CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)',
  forUpdate: ' FOR UPDATE',
  forUpdateSkipLocked: ' FOR UPDATE SKIP LOCKED',
  // Not FOR SHARE, which MariaDB does not know.
  forShare: ' LOCK IN SHARE MODE',
  byIndex: index => `FORCE INDEX (${index})`,
  joinInOrder: 'STRAIGHT_JOIN',
  jsonRows: columns => {
    const definitions = columns.map(({ name, type }, index) => `${name} ${MYSQL_TYPES[type]} PATH '$[${index}]'`)
    return `JSON_TABLE(?, '$[*]' COLUMNS (${definitions.join(', ')}))`
  },
  updateFrom: ({ table, rows, set, where }) => `UPDATE ${table} t JOIN ${rows} v ON ${where} SET ${assignments(set, 't.')}`,
}

export const sqlite: Dialect = {
  name: 'sqlite',
  now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  forUpdate: '',
  forUpdateSkipLocked: '',
  forShare: '',
  byIndex: () => '',
  joinInOrder: 'CROSS JOIN',
  jsonRows: columns => {
    const fields = columns.map(({ name }, index) => `value ->> ${index} AS ${name}`)
    return `(SELECT ${fields.join(', ')} FROM json_each(?))`
  },
  updateFrom: ({ table, rows, set, where }) => `UPDATE ${table} AS t SET ${assignments(set, '')} FROM ${rows} v WHERE ${where}`,
}
