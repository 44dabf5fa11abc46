import type { Database } from '../../shared/database/database.js'
import { insertLoginCode, takeLoginCode } from '../../shared/database/tables/login-codes.js'
import { deleteSession, holdersOfSessions, insertSession, touchSession, type SessionLife } from '../../shared/database/tables/sessions.js'
import { grantsIn } from './holder.js'
import type { Principal } from './principal.js'
import { digestOf, newSecret } from './secret.js'

export const CODE_LIFE_MS = 3_600_000

/** Begins a session and returns what the cookie holds; the database has its hash only. */
export async function beginSession(database: Database, user: number): Promise<string> {
  const secret = newSecret()
  await database.transact('begin-session', tx => insertSession(tx, digestOf(secret), user))
  return secret
}

export async function endSession(database: Database, secret: string): Promise<void> {
  await database.repeat(() => deleteSession(database, digestOf(secret)))
}

/** Whose session it is; null when it has ended. */
export async function holderOfSession(database: Database, secret: string, life: SessionLife): Promise<Principal | null> {
  const hash = digestOf(secret)
  const rows = await database.repeat(() => holdersOfSessions(database, [hash], life))
  const [row] = rows
  if (row === undefined) return null
  if (row.is_stale !== 0) await database.repeat(() => touchSession(database, hash))
  return { kind: 'user', user: row.user_key, name: row.name, grants: grantsIn(rows), byCookie: true, credential: { kind: 'session', hash } }
}

/** Makes a code that signs a user in once. */
export async function makeLoginCode(database: Database, user: number, lifetime = CODE_LIFE_MS): Promise<string> {
  const code = newSecret()
  await database.transact('make-login-code', tx => insertLoginCode(tx, digestOf(code), user, lifetime))
  return code
}

/** Uses a code up; null when it does not hold. */
export const redeemLoginCode = (database: Database, code: string): Promise<number | null> => database.transact('redeem-login-code', tx => takeLoginCode(tx, digestOf(code)))

/** Where a code is used. */
export const loginUrl = (base: string, code: string): string => `${base.replace(/\/$/, '')}/login?code=${code}`
