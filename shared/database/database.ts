import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import knex, { type Knex } from 'knex'
import { LongshoreError } from '../errors.js'
import { isContention } from '../outage.js'
import { mysql, sqlite, type Dialect } from './dialect.js'
import { mysqlTls } from './mysql-tls.js'
import { SqliteClient } from './sqlite-client.js'

/** What a named operation needs: a connection (or a transaction on one) and its dialect. */
export interface Session {
  readonly query: Knex
  readonly dialect: Dialect
}

/** Tells about each transaction; metrics subscribe. */
export type TransactionObserver = (outcome: { readonly name: string; readonly seconds: number; readonly repeats: number; readonly ok: boolean }) => void

/** knex prints failed connections by itself; they reach our callers as errors anyway. */
const SILENT = { warn: () => {}, error: () => {}, deprecate: () => {}, debug: () => {} }
const LOCK_WAIT_SECONDS = 10
/**
 * The server ends a session that says nothing for this long: a process that was frozen in the middle of a transaction must
 * not hold its locks for the default of eight hours. The pool closes idle connections after 30 s by itself.
 */
const SILENT_SESSION_SECONDS = 60
/** The names of 80,000 tasks of the longest kind in one value. MySQL cuts such lists after 1,024 bytes by itself. */
const LIST_BYTES = 16 * 1024 * 1024
/** How long a transaction is repeated before the loser of the race for locks is told. */
const MAX_CONTENTION_MS = 30_000
const ACQUIRE_TIMEOUT_MS = 5_000

/** The database and the only way into it. Opens no connection before the first query. */
export class Database implements Session {
  readonly query: Knex
  readonly dialect: Dialect
  readonly label: string
  #observer: TransactionObserver = () => {}

  constructor(url: string, poolSize: number) {
    this.label = databaseLabel(url)
    if (url.startsWith('mysql://')) {
      this.dialect = mysql
      this.query = openMysql(url, poolSize)
    } else if (url.startsWith('sqlite:')) {
      this.dialect = sqlite
      this.query = openSqlite(url.slice('sqlite:'.length))
    } else {
      throw new LongshoreError('LS_CONFIG', `databaseUrl must start with mysql:// or sqlite:, not '${this.label.slice(0, 20)}'`)
    }
  }

  observe(observer: TransactionObserver): void {
    this.#observer = observer
  }

  /**
   * Runs `work` in one READ COMMITTED transaction and repeats the whole of it when it lost a race for locks: error 1205
   * rolls back only the statement, so nothing less is safe.
   *
   * knex's promise form resolves even when the COMMIT failed; this uses the callback form, which rejects.
   */
  async transact<T>(name: string, work: (tx: Session) => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    let tries = 0
    let ok = false
    try {
      const value = await this.repeat(() => {
        tries += 1
        return this.query.transaction(trx => work({ query: trx, dialect: this.dialect }))
      })
      ok = true
      return value
    } finally {
      this.#observer({ name, seconds: (performance.now() - startedAt) / 1000, repeats: tries - 1, ok })
    }
  }

  /** Repeats a read, or anything else that may be done again, while it loses races for locks: on SQLite even a read can. */
  async repeat<T>(work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    for (let repeats = 0; ; repeats += 1) {
      try {
        return await work()
      } catch (error) {
        if (!isContention(error) || performance.now() - startedAt > MAX_CONTENTION_MS) throw error
        await new Promise(resolve => setTimeout(resolve, Math.random() * Math.min(200, 2 ** Math.min(repeats, 8))))
      }
    }
  }

  /** Refuses a server that cannot be reached or is too old. */
  async check(): Promise<void> {
    let version: string
    try {
      const sql = this.dialect.name === 'mysql' ? 'SELECT VERSION() AS version' : 'SELECT sqlite_version() AS version'
      version = (await rows<{ version: string }>(this, sql))[0]?.version ?? ''
    } catch (cause) {
      throw new LongshoreError('LS_DATABASE_UNREACHABLE', `the database ${this.label} does not answer: ${(cause as Error).message || String((cause as { code?: unknown }).code)}`, { cause })
    }
    if (this.dialect.name === 'mysql' && !isSupported(version)) {
      throw new LongshoreError('LS_DATABASE_UNSUPPORTED', `the database ${this.label} is version ${version}`)
    }
  }

  async close(): Promise<void> {
    await this.query.destroy()
  }
}

/** Runs SQL and returns its rows, whatever the driver wraps them in. */
export async function rows<Row>(session: Session, sql: string, bindings: readonly Knex.Value[] = []): Promise<Row[]> {
  const result: unknown = await session.query.raw(sql, bindings as Knex.RawBinding[])
  return (session.dialect.name === 'mysql' ? (result as [Row[]])[0] : result) as Row[]
}

/** Runs SQL that changes rows and returns how many it matched and changed. */
export async function execute(session: Session, sql: string, bindings: readonly Knex.Value[] = []): Promise<number> {
  const result: unknown = await session.query.raw(sql, bindings as Knex.RawBinding[])
  if (session.dialect.name === 'mysql') return (result as [{ affectedRows: number }])[0].affectedRows
  return (result as { changes: number }).changes
}

/** The database's clock: the only one that decides when something is due. */
export async function now(session: Session): Promise<number> {
  return (await rows<{ now: number }>(session, `SELECT ${session.dialect.now} AS now`))[0]?.now as number
}

function openMysql(url: string, poolSize: number): Knex {
  const parsed = new URL(url)
  const { hostname, port, username, password, pathname, searchParams } = parsed
  const tls = mysqlTls(parsed)
  return knex({
    client: 'mysql2',
    log: SILENT,
    connection: {
      ...(searchParams.get('socket') === null ? { host: hostname, port: port === '' ? 3306 : Number(port) } : { socketPath: searchParams.get('socket') as string }),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: pathname.slice(1),
      ...(tls === undefined ? {} : { ssl: tls }),
      charset: 'utf8mb4',
      timezone: 'Z',
      connectTimeout: 5_000,
      supportBigNumbers: true,
      /** affectedRows counts matched rows, so that a compare-and-set that writes equal values still counts. */
      flags: ['FOUND_ROWS'],
    },
    acquireConnectionTimeout: ACQUIRE_TIMEOUT_MS,
    pool: {
      min: 0,
      max: poolSize,
      afterCreate: (connection: { query: (sql: string, done: (error: unknown) => void) => void }, done: (error: unknown, connection: unknown) => void) => {
        connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', first => {
          if (first !== null && first !== undefined) { done(first, connection); return }
          connection.query(`SET SESSION innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}, wait_timeout = ${SILENT_SESSION_SECONDS}, time_zone = '+00:00', sql_mode = 'TRADITIONAL', group_concat_max_len = ${LIST_BYTES}`, second => { done(second, connection) })
        })
      },
    },
  })
}

function openSqlite(filename: string): Knex {
  if (filename !== ':memory:') mkdirSync(dirname(filename), { recursive: true })
  return knex({
    log: SILENT,
    client: SqliteClient as unknown as typeof Knex.Client,
    connection: { filename },
    useNullAsDefault: true,
    acquireConnectionTimeout: 60_000,
    pool: {
      min: 1,
      max: 1,
      afterCreate: (connection: { exec: (sql: string) => void }, done: (error: unknown, connection: unknown) => void) => {
        // A new connection waits for others that open or close the file; nothing repeats what fails here.
        connection.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
        // The driver is synchronous: a longer busy_timeout would stop this process' event loop. transact() repeats instead.
        connection.exec('PRAGMA busy_timeout = 20')
        done(null, connection)
      },
    },
  })
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(part => Number.parseInt(part, 10))
  if (/mariadb/i.test(version)) return major > 10 || (major === 10 && minor >= 6)
  return major >= 8
}

function databaseLabel(url: string): string {
  return url.replace(/(:\/\/[^:/@]*):[^@]*@/, '$1:•••@')
}
