import type { Database, Session } from '../../../shared/database/database.js'
import { deleteGrantsFrom, GrantSource, grantsOf, writeGrant } from '../../../shared/database/tables/user-grants.js'
import { insertIdentity, userOfIdentity } from '../../../shared/database/tables/user-identities.js'
import { findUser, insertUser } from '../../../shared/database/tables/users.js'
import { LongshoreError } from '../../../shared/errors.js'
import { readUserName } from '../users.js'
import { grantsOfGroups } from './group-grants.js'
import type { Somebody } from './provider.js'

/**
 * The user of somebody whom a provider has sent, with the roles that their groups are worth now. It is known by issuer
 * and subject: a name may change hands at a provider, and a local user of the same name may be somebody else.
 * @throws LongshoreError LS_NOT_ALLOWED for who would have no role at all
 */
export async function admit(database: Database, { issuer, subject, name: text, groups }: Somebody, rules: readonly string[]): Promise<number> {
  const name = readUserName(text)
  const grants = grantsOfGroups(groups, rules)
  const admitted = await database.transact('admit-user', async tx => {
    const known = await userOfIdentity(tx, issuer, subject)
    // Who was known and is in no group any more loses their roles, and with them what open sessions may do.
    if (known !== null) await deleteGrantsFrom(tx, known, GrantSource.oidc)
    else if (grants.length === 0) return null
    const key = known ?? await newcomer(tx, issuer, subject, name)
    for (const { role, namespace } of grants) await writeGrant(tx, { user_key: key, namespace, role, source: GrantSource.oidc })
    return (await grantsOf(tx, [key])).length === 0 ? null : key
  })
  if (admitted === null) throw new LongshoreError('LS_NOT_ALLOWED', `'${name}' is in no group that has a role here`, { hint: 'Ask an admin: the setting oidcGrants says which groups have which roles.' })
  return admitted
}

async function newcomer(tx: Session, issuer: string, subject: string, name: string): Promise<number> {
  if (await findUser(tx, name) !== undefined) throw new LongshoreError('LS_USER_EXISTS', `there is a user '${name}' who does not come from ${issuer}`, { hint: 'An admin deletes that user first, if it is the same person: `longshore users delete NAME`.' })
  const created = await insertUser(tx, name, null)
  await insertIdentity(tx, issuer, subject, created)
  return created
}
