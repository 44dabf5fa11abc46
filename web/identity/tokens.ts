import type { Database, Session } from '../../shared/database/database.js'
import { deleteToken, findToken, holdersOfTokens, insertToken, listTokens, tokenNamed, touchToken, type ListedToken, type TokenHolderRow } from '../../shared/database/tables/api-tokens.js'
import { LongshoreError } from '../../shared/errors.js'
import { iso } from '../../shared/time/iso.js'
import { intersect, type Grant } from './access.js'
import { grantsIn } from './holder.js'
import type { Principal } from './principal.js'
import { digestOf, hasDigest } from './secret.js'
import { newToken, readToken, tokenText } from './token-text.js'

const MOST_LIFE_MS = 10 * 365 * 24 * 3_600_000

export interface TokenView {
  readonly token: string
  readonly user: string
  readonly name: string
  /** What it is narrowed to; it is never worth more than its user. */
  readonly limits: readonly Grant[]
  readonly createdAt: string
  readonly expiresAt: string | null
  /** To the minute. */
  readonly lastUsedAt: string | null
}

export interface NewApiToken {
  readonly user: number
  readonly name: string
  readonly limits: readonly Grant[]
  /** Milliseconds; null: for ever. */
  readonly lifetime: number | null
}

/** Makes a token; its text is told this once and never stored. */
export async function createToken(database: Database, { user, name, limits, lifetime }: NewApiToken): Promise<TokenView & { readonly secret: string }> {
  if (name.trim() === '' || name.length > 100) throw new LongshoreError('LS_TOKEN_INVALID', 'the name of a token has 1 to 100 characters')
  if (lifetime !== null && !(lifetime > 0 && lifetime <= MOST_LIFE_MS)) throw new LongshoreError('LS_TOKEN_INVALID', 'a token lives up to ten years, or for ever')
  const text = newToken()
  return database.transact('create-token', async tx => {
    if (await tokenNamed(tx, user, name) !== null) throw new LongshoreError('LS_TOKEN_EXISTS', `there is a token '${name}' already`)
    await insertToken(tx, { token_id: text.id, user_key: user, name, hash: digestOf(text.secret), limits: JSON.stringify(limits), lifetime })
    return { ...viewToken(await mustFindToken(tx, text.id)), secret: tokenText(text) }
  })
}

/** Tokens by id, from `after` on; of one user or of all. */
export async function readTokens(session: Session, page: { readonly user: number | null; readonly after: string; readonly limit: number }): Promise<TokenView[]> {
  return (await listTokens(session, page)).map(viewToken)
}

export async function mustFindToken(session: Session, id: string): Promise<ListedToken> {
  const token = await findToken(session, id)
  if (token === undefined) throw new LongshoreError('LS_TOKEN_NOT_FOUND', `there is no token '${id}'`)
  return token
}

export async function revokeToken(database: Database, id: string): Promise<void> {
  await mustFindToken(database, id)
  await deleteToken(database, id)
}

/** Who a token speaks for; null when it does not hold, or not any more. */
export async function holderOfToken(database: Database, text: string): Promise<Principal | null> {
  const token = readToken(text)
  if (token === null) return null
  const rows = await database.repeat(() => holdersOfTokens(database, [token.id]))
  const [row] = rows
  if (row === undefined || !hasDigest(token.secret, row.hash)) return null
  if (row.is_stale !== 0) await database.repeat(() => touchToken(database, token.id))
  return { kind: 'token', user: row.user_key, name: `${row.name} (token ${row.token})`, grants: grantsOfToken(rows), byCookie: false, credential: { kind: 'token', id: token.id } }
}

/** What the rows of a token, one per grant of its user, are worth together. */
export const grantsOfToken = (rows: readonly TokenHolderRow[]): Grant[] => intersect(grantsIn(rows), JSON.parse(rows[0]?.limits ?? '[]') as Grant[])

const viewToken = ({ token_id, user, name, limits, created_at, expires_at, last_used_at }: ListedToken): TokenView => ({
  token: token_id, user, name, limits: JSON.parse(limits) as Grant[], createdAt: iso(created_at) as string, expiresAt: iso(expires_at), lastUsedAt: iso(last_used_at),
})
