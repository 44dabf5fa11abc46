import { execute, rows, type Session } from '../database.js'

export interface KeptAnswer {
  readonly request: string
  /** Null while the first request is worked on. */
  readonly status: number | null
  readonly type: string | null
  readonly body: string | null
  /** Milliseconds since the first request. */
  readonly age: number
}

/** Takes a key for a request; false when it is taken. */
export async function takeKey(session: Session, hash: string, request: string): Promise<boolean> {
  const ignore = session.dialect.name === 'mysql' ? 'INSERT IGNORE' : 'INSERT OR IGNORE'
  return (await execute(session, `${ignore} INTO idempotency_keys (hash, request, created_at) VALUES (?, ?, ${session.dialect.now})`, [hash, request])) === 1
}

/** Takes over a key whose request has not been answered for longer than `age`: the process that worked on it is gone. */
export async function takeOverKey(session: Session, hash: string, age: number): Promise<boolean> {
  const { now } = session.dialect
  return (await execute(session, `UPDATE idempotency_keys SET created_at = ${now} WHERE hash = ? AND status IS NULL AND created_at < ${now} - ?`, [hash, age])) === 1
}

export async function answerOfKey(session: Session, hash: string): Promise<KeptAnswer | undefined> {
  return (await rows<KeptAnswer>(session, `SELECT request, status, type, body, ${session.dialect.now} - created_at AS age FROM idempotency_keys WHERE hash = ?`, [hash]))[0]
}

export async function keepAnswer(session: Session, hash: string, { status, type, body }: { readonly status: number; readonly type: string; readonly body: string }): Promise<void> {
  await execute(session, 'UPDATE idempotency_keys SET status = ?, type = ?, body = ? WHERE hash = ?', [status, type, body, hash])
}

export async function deleteKey(session: Session, hash: string): Promise<void> {
  await execute(session, 'DELETE FROM idempotency_keys WHERE hash = ?', [hash])
}

/** Forgets the oldest keys beyond `age`, so many at a time; returns how many those were. */
export async function deleteOldKeys(session: Session, age: number, most: number): Promise<number> {
  const old = await rows<{ hash: string }>(session, `SELECT hash FROM idempotency_keys WHERE created_at < ${session.dialect.now} - ? ORDER BY created_at LIMIT ?`, [age, most])
  if (old.length === 0) return 0
  return execute(session, `DELETE FROM idempotency_keys WHERE hash IN (${old.map(() => '?').join(', ')})`, old.map(({ hash }) => hash))
}
