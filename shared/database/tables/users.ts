import { execute, rows, type Session } from '../database.js'

export interface UserRow {
  readonly user_key: number
  readonly name: string
  /** As `web/identity/password.ts` writes it; null signs in some other way. */
  readonly password: string | null
  readonly created_at: number
}

export async function findUser(session: Session, name: string): Promise<UserRow | undefined> {
  return (await rows<UserRow>(session, 'SELECT * FROM users WHERE name = ?', [name]))[0]
}

export async function userByKey(session: Session, key: number): Promise<UserRow | undefined> {
  return (await rows<UserRow>(session, 'SELECT * FROM users WHERE user_key = ?', [key]))[0]
}

/** Users by name, from `after` on. */
export async function listUsers(session: Session, { after, limit }: { readonly after: string; readonly limit: number }): Promise<UserRow[]> {
  return rows(session, 'SELECT * FROM users WHERE name > ? ORDER BY name LIMIT ?', [after, limit])
}

export async function insertUser(session: Session, name: string, password: string | null): Promise<number> {
  await execute(session, `INSERT INTO users (name, password, created_at) VALUES (?, ?, ${session.dialect.now})`, [name, password])
  return ((await findUser(session, name)) as UserRow).user_key
}

export async function writePassword(session: Session, userKey: number, password: string): Promise<void> {
  await execute(session, 'UPDATE users SET password = ? WHERE user_key = ?', [password, userKey])
}

/** With what hangs on it: grants, sessions, tokens, codes, links to providers. */
export async function deleteUser(session: Session, userKey: number): Promise<void> {
  await execute(session, 'DELETE FROM users WHERE user_key = ?', [userKey])
}

/** Whether anybody has a password or is known to a provider: somebody who could let others in. */
export async function canAnybodySignIn(session: Session): Promise<boolean> {
  const found = await rows(session, 'SELECT 1 FROM users WHERE password IS NOT NULL UNION ALL SELECT 1 FROM user_identities LIMIT 1')
  return found.length > 0
}
