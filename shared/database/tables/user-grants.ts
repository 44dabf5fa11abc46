import { chunks } from '../chunks.js'
import { execute, rows, type Session } from '../database.js'

/** Who gave a grant: a person, or the groups of an OpenID Connect provider. */
export const GrantSource = { local: 'local', oidc: 'oidc' } as const
export type GrantSource = (typeof GrantSource)[keyof typeof GrantSource]

export interface GrantRow {
  readonly user_key: number
  readonly namespace: string
  readonly source: GrantSource
  readonly role: string
}

export async function grantsOf(session: Session, userKeys: readonly number[]): Promise<GrantRow[]> {
  const found: GrantRow[] = []
  for (const chunk of chunks(userKeys)) {
    found.push(...await rows<GrantRow>(session, `SELECT user_key, namespace, source, role FROM user_grants WHERE user_key IN (${chunk.map(() => '?').join(', ')}) ORDER BY namespace, source`, [...chunk]))
  }
  return found
}

/** Gives a role, in the place of the one that the user had there from the same source. */
export async function writeGrant(session: Session, grant: GrantRow): Promise<void> {
  await session.query('user_grants').insert(grant).onConflict(['user_key', 'namespace', 'source']).merge({ role: grant.role })
}

export async function deleteGrant(session: Session, userKey: number, namespace: string, source: GrantSource): Promise<boolean> {
  return (await execute(session, 'DELETE FROM user_grants WHERE user_key = ? AND namespace = ? AND source = ?', [userKey, namespace, source])) > 0
}

export async function deleteGrantsFrom(session: Session, userKey: number, source: GrantSource): Promise<void> {
  await execute(session, 'DELETE FROM user_grants WHERE user_key = ? AND source = ?', [userKey, source])
}

/** The users with a role somewhere, locked: of two who take each other's role one waits and sees what the other did. */
export async function lockHolders(session: Session, role: string, namespace: string): Promise<number[]> {
  const found = await rows<{ user_key: number }>(session, `SELECT user_key FROM user_grants WHERE role = ? AND namespace = ? ORDER BY user_key${session.dialect.forUpdate}`, [role, namespace])
  return [...new Set(found.map(({ user_key }) => user_key))]
}
