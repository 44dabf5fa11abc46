import { execute, rows, type Session } from '../database.js'

export async function insertLoginCode(session: Session, hash: string, userKey: number, lifetime: number): Promise<void> {
  await execute(session, `INSERT INTO login_codes (hash, user_key, expires_at) VALUES (?, ?, ${session.dialect.now} + ?)`, [hash, userKey, lifetime])
}

/** Uses a code up and gives the user it was made for; null when there is none, or it has expired. Of two who use it at once one succeeds. */
export async function takeLoginCode(session: Session, hash: string): Promise<number | null> {
  const found = (await rows<{ user_key: number }>(session, `SELECT user_key FROM login_codes WHERE hash = ? AND expires_at > ${session.dialect.now}`, [hash]))[0]
  if (found === undefined) return null
  return (await execute(session, 'DELETE FROM login_codes WHERE hash = ?', [hash])) === 1 ? found.user_key : null
}

export async function deleteLoginCodesOf(session: Session, userKey: number): Promise<void> {
  await execute(session, 'DELETE FROM login_codes WHERE user_key = ?', [userKey])
}

export async function deleteExpiredLoginCodes(session: Session): Promise<void> {
  await execute(session, `DELETE FROM login_codes WHERE expires_at < ${session.dialect.now}`)
}
