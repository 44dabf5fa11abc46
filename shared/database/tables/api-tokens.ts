import { execute, rows, type Session } from '../database.js'
import type { HolderRow } from './sessions.js'

/** Writing the time of each request would make every read a write. */
const USED_EVERY_MS = 60_000

export interface TokenRow {
  readonly token_id: string
  readonly user_key: number
  readonly name: string
  readonly hash: string
  /** JSON: the grants that it is narrowed to. */
  readonly limits: string
  readonly created_at: number
  readonly expires_at: number | null
  readonly last_used_at: number | null
}

export interface NewToken {
  readonly token_id: string
  readonly user_key: number
  readonly name: string
  readonly hash: string
  readonly limits: string
  /** Milliseconds from now; null: for ever. */
  readonly lifetime: number | null
}

export async function insertToken(session: Session, { token_id, user_key, name, hash, limits, lifetime }: NewToken): Promise<void> {
  const { now } = session.dialect
  await execute(session, `INSERT INTO api_tokens (token_id, user_key, name, hash, limits, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ${now}, ${now} + ?)`, [token_id, user_key, name, hash, limits, lifetime])
}

export interface TokenHolderRow extends HolderRow {
  readonly token_id: string
  readonly token: string
  readonly hash: string
  readonly limits: string
  readonly is_stale: number
}

/** Whose tokens these are and what they may, of those that have not expired. */
export async function holdersOfTokens(session: Session, ids: readonly string[]): Promise<TokenHolderRow[]> {
  const { now } = session.dialect
  return rows(session, `SELECT t.token_id, u.user_key, u.name, g.role, g.namespace, t.name AS token, t.hash, t.limits,
      CASE WHEN t.last_used_at IS NULL OR t.last_used_at < ${now} - ${USED_EVERY_MS} THEN 1 ELSE 0 END AS is_stale
    FROM api_tokens t JOIN users u ON u.user_key = t.user_key LEFT JOIN user_grants g ON g.user_key = u.user_key
    WHERE t.token_id IN (${ids.map(() => '?').join(', ')}) AND (t.expires_at IS NULL OR t.expires_at > ${now})`, [...ids])
}

export async function touchToken(session: Session, id: string): Promise<void> {
  await execute(session, `UPDATE api_tokens SET last_used_at = ${session.dialect.now} WHERE token_id = ?`, [id])
}

export interface ListedToken extends TokenRow {
  readonly user: string
}

/** Tokens by id, from `after` on; of one user or of all. */
export async function listTokens(session: Session, { user, after, limit }: { readonly user: number | null; readonly after: string; readonly limit: number }): Promise<ListedToken[]> {
  return rows(session, `SELECT t.*, u.name AS user FROM api_tokens t JOIN users u ON u.user_key = t.user_key
    WHERE t.token_id > ?${user === null ? '' : ' AND t.user_key = ?'} ORDER BY t.token_id LIMIT ?`, [after, ...(user === null ? [] : [user]), limit])
}

export async function findToken(session: Session, id: string): Promise<ListedToken | undefined> {
  return (await rows<ListedToken>(session, 'SELECT t.*, u.name AS user FROM api_tokens t JOIN users u ON u.user_key = t.user_key WHERE t.token_id = ?', [id]))[0]
}

export async function tokenNamed(session: Session, userKey: number, name: string): Promise<string | null> {
  return (await rows<{ token_id: string }>(session, 'SELECT token_id FROM api_tokens WHERE user_key = ? AND name = ?', [userKey, name]))[0]?.token_id ?? null
}

export async function deleteToken(session: Session, id: string): Promise<void> {
  await execute(session, 'DELETE FROM api_tokens WHERE token_id = ?', [id])
}
