import { readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import Database from 'libsql'

/**
 * A lock that one process holds on a file until it ends, however it ends.
 *
 * It is the exclusive transaction of a small SQLite file: SQLite takes an fcntl lock, and the kernel frees that at the
 * process' death, kill -9 included. Node offers neither flock nor fcntl. Rejected: a pid file (stale after a crash, and
 * pids are used again), an abstract unix socket (each network namespace has its own), a native module (needs a compiler).
 */
export class FileLock {
  readonly #database: Database.Database

  private constructor(database: Database.Database, readonly path: string) {
    this.#database = database
  }

  /** The lock, or what is known about the process that holds it. */
  static acquire(path: string): FileLock | LockHolder {
    // A database that is only ever locked stays empty; a short wait lets a predecessor finish dying.
    const database = new Database(path, { timeout: 200 })
    try {
      database.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      database.close()
      if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error
      return { holder: readHolder(path) }
    }
    writeFileSync(holderPath(path), JSON.stringify({ pid: process.pid, host: hostname() }))
    return new FileLock(database, path)
  }

  release(): void {
    if (this.#database.open) this.#database.close()
  }
}

export interface LockHolder {
  /** For people; null when the file beside the lock cannot be read. */
  readonly holder: { readonly pid: number; readonly host: string } | null
}

const holderPath = (path: string): string => `${path}.holder`

function readHolder(path: string): LockHolder['holder'] {
  try {
    const { pid, host } = JSON.parse(readFileSync(holderPath(path), 'utf8')) as { pid?: unknown; host?: unknown }
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host } : null
  } catch {
    return null
  }
}
