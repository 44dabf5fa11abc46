import { execute, rows, type Session } from '../database.js'

/** The user whom a provider knows as `subject`. */
export async function userOfIdentity(session: Session, issuer: string, subject: string): Promise<number | null> {
  return (await rows<{ user_key: number }>(session, 'SELECT user_key FROM user_identities WHERE issuer = ? AND subject = ?', [issuer, subject]))[0]?.user_key ?? null
}

export async function insertIdentity(session: Session, issuer: string, subject: string, userKey: number): Promise<void> {
  await execute(session, `INSERT INTO user_identities (issuer, subject, user_key, created_at) VALUES (?, ?, ?, ${session.dialect.now})`, [issuer, subject, userKey])
}
