import type { Database, Session } from '../../shared/database/database.js'
import { deleteLoginCodesOf } from '../../shared/database/tables/login-codes.js'
import { deleteSessionsOf } from '../../shared/database/tables/sessions.js'
import { deleteGrant, GrantSource, grantsOf, lockHolders, writeGrant, type GrantRow } from '../../shared/database/tables/user-grants.js'
import { deleteUser, findUser, insertUser, listUsers, writePassword, type UserRow } from '../../shared/database/tables/users.js'
import { LongshoreError } from '../../shared/errors.js'
import { iso } from '../../shared/time/iso.js'
import { EVERYWHERE, Role, type Grant } from './access.js'
import { checkPassword, hashPassword } from './password.js'

const NAME = /^[a-z0-9][a-z0-9._@-]{0,99}$/

export interface UserView {
  readonly user: string
  /** Whether there is a password; others sign in through a provider or by a code. */
  readonly password: boolean
  readonly grants: readonly (Grant & { readonly source: GrantSource })[]
  readonly createdAt: string
}

/** Names are compared in lower case. @throws LongshoreError LS_USER_INVALID */
export function readUserName(text: string): string {
  const name = text.trim().toLowerCase()
  if (!NAME.test(name)) throw new LongshoreError('LS_USER_INVALID', `'${text}' cannot be the name of a user`)
  return name
}

export async function mustFindUser(session: Session, name: string): Promise<UserRow> {
  const user = await findUser(session, name.trim().toLowerCase())
  if (user === undefined) throw new LongshoreError('LS_USER_NOT_FOUND', `there is no user '${name}'`)
  return user
}

export interface NewUser {
  readonly name: string
  /** Null: signs in by a one-time code or through a provider. */
  readonly password: string | null
  readonly grants: readonly Grant[]
}

export async function createUser(database: Database, { name: text, password, grants }: NewUser): Promise<string> {
  const name = readUserName(text)
  if (password !== null) checkPassword(password, name)
  const hash = password === null ? null : await hashPassword(password)
  return database.transact('create-user', async tx => {
    if (await findUser(tx, name) !== undefined) throw new LongshoreError('LS_USER_EXISTS', `there is a user '${name}' already`)
    const key = await insertUser(tx, name, hash)
    for (const { role, namespace } of grants) await writeGrant(tx, { user_key: key, namespace, role, source: GrantSource.local })
    return name
  })
}

/** Users by name, from `after` on. */
export async function readUsers(session: Session, page: { readonly after: string; readonly limit: number }): Promise<UserView[]> {
  const users = await listUsers(session, page)
  return viewUsers(users, await grantsOf(session, users.map(({ user_key }) => user_key)))
}

export async function readUser(session: Session, name: string): Promise<UserView> {
  const user = await mustFindUser(session, name)
  return viewUsers([user], await grantsOf(session, [user.user_key]))[0] as UserView
}

function viewUsers(users: readonly UserRow[], grants: readonly GrantRow[]): UserView[] {
  return users.map(({ user_key: key, name, password, created_at }) => ({
    user: name, password: password !== null, createdAt: iso(created_at) as string,
    grants: grants.filter(({ user_key }) => user_key === key).map(({ role, namespace, source }) => ({ role: role as Role, namespace, source })),
  }))
}

/** Gives a role in a namespace, in the place of the one that the user had there. */
export async function grantRole(database: Database, name: string, { role, namespace }: Grant): Promise<void> {
  await database.transact('grant-role', tx => keepingAnAdmin(tx, async () => {
    const { user_key } = await mustFindUser(tx, name)
    await writeGrant(tx, { user_key, namespace, role, source: GrantSource.local })
  }))
}

export async function revokeRole(database: Database, name: string, namespace: string): Promise<void> {
  await database.transact('revoke-role', tx => keepingAnAdmin(tx, async () => {
    const { user_key } = await mustFindUser(tx, name)
    if (!await deleteGrant(tx, user_key, namespace, GrantSource.local)) throw new LongshoreError('LS_GRANT_NOT_FOUND', `'${name}' was given no role in namespace '${namespace}'`)
  }))
}

/** Sets a password and ends the user's sessions and codes: whoever had the old one is out. */
export async function setPassword(database: Database, name: string, password: string): Promise<void> {
  const user = await mustFindUser(database, name)
  checkPassword(password, user.name)
  const hash = await hashPassword(password)
  await database.transact('set-password', async tx => {
    await writePassword(tx, user.user_key, hash)
    await deleteSessionsOf(tx, user.user_key)
    await deleteLoginCodesOf(tx, user.user_key)
  })
}

export async function removeUser(database: Database, name: string): Promise<void> {
  await database.transact('remove-user', tx => keepingAnAdmin(tx, async () => {
    await deleteUser(tx, (await mustFindUser(tx, name)).user_key)
  }))
}

/** Refuses a change after which nobody is left who may look after users. */
async function keepingAnAdmin(tx: Session, change: () => Promise<void>): Promise<void> {
  const before = await lockHolders(tx, Role.admin, EVERYWHERE)
  await change()
  if (before.length > 0 && (await lockHolders(tx, Role.admin, EVERYWHERE)).length === 0) throw new LongshoreError('LS_LAST_ADMIN', 'nobody would be left with the role admin for the whole installation')
}
