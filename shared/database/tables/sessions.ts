import { execute, rows, type Session } from '../database.js'

/** How long a session lives without being used, and at all, in milliseconds. */
export interface SessionLife {
  readonly idle: number
  readonly max: number
}

/** Writing the time of each request would make every read a write. */
const SEEN_EVERY_MS = 60_000

export interface HolderRow {
  readonly user_key: number
  readonly name: string
  /** One row per grant; null: the user has none. */
  readonly role: string | null
  readonly namespace: string | null
}

export interface SessionRow extends HolderRow {
  readonly hash: string
  /** Whether its time of use is older than is worth writing. */
  readonly is_stale: number
}

export async function insertSession(session: Session, hash: string, userKey: number): Promise<void> {
  const { now } = session.dialect
  await execute(session, `INSERT INTO sessions (hash, user_key, created_at, seen_at) VALUES (?, ?, ${now}, ${now})`, [hash, userKey])
}

/** Whose sessions these are and what they may, of those that have not expired. */
export async function holdersOfSessions(session: Session, hashes: readonly string[], { idle, max }: SessionLife): Promise<SessionRow[]> {
  const { now } = session.dialect
  return rows(session, `SELECT s.hash, u.user_key, u.name, g.role, g.namespace, CASE WHEN s.seen_at < ${now} - ${SEEN_EVERY_MS} THEN 1 ELSE 0 END AS is_stale
    FROM sessions s JOIN users u ON u.user_key = s.user_key LEFT JOIN user_grants g ON g.user_key = u.user_key
    WHERE s.hash IN (${hashes.map(() => '?').join(', ')}) AND s.seen_at > ${now} - ? AND s.created_at > ${now} - ?`, [...hashes, idle, max])
}

export async function touchSession(session: Session, hash: string): Promise<void> {
  await execute(session, `UPDATE sessions SET seen_at = ${session.dialect.now} WHERE hash = ?`, [hash])
}

export async function deleteSession(session: Session, hash: string): Promise<void> {
  await execute(session, 'DELETE FROM sessions WHERE hash = ?', [hash])
}

export async function deleteSessionsOf(session: Session, userKey: number): Promise<void> {
  await execute(session, 'DELETE FROM sessions WHERE user_key = ?', [userKey])
}

export async function deleteExpiredSessions(session: Session, { idle, max }: SessionLife): Promise<void> {
  const { now } = session.dialect
  await execute(session, `DELETE FROM sessions WHERE seen_at < ${now} - ?`, [idle])
  await execute(session, `DELETE FROM sessions WHERE created_at < ${now} - ?`, [max])
}
