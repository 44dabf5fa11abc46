import type { Database } from '../../shared/database/database.js'
import { deleteLoginCodesOf } from '../../shared/database/tables/login-codes.js'
import { canAnybodySignIn, findUser, listUsers } from '../../shared/database/tables/users.js'
import { EVERYWHERE, Role } from './access.js'
import { makeLoginCode } from './sessions.js'
import { createUser } from './users.js'

export const FIRST_USER = 'admin'

/**
 * A code for the first user of an installation, who is made when there is nobody; null when somebody can sign in by
 * themselves. The code before it does not hold any more: who starts again has lost it.
 */
export async function firstLogin(database: Database): Promise<string | null> {
  if (await canAnybodySignIn(database)) return null
  if ((await listUsers(database, { after: '', limit: 1 })).length === 0) await createUser(database, { name: FIRST_USER, password: null, grants: [{ role: Role.admin, namespace: EVERYWHERE }] })
  const user = await findUser(database, FIRST_USER)
  if (user === undefined) return null
  await deleteLoginCodesOf(database, user.user_key)
  return makeLoginCode(database, user.user_key)
}
