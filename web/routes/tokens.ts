import { z } from 'zod'
import type { Api, WebContext } from '../app.js'
import { fromCursor, PageQuery, pageOf, toCursor } from '../http/cursor.js'
import { Problem } from '../http/problem.js'
import { KNOWN, principalOf } from '../http/route-access.js'
import { EVERYWHERE, may, Role } from '../identity/access.js'
import type { Principal } from '../identity/principal.js'
import { createToken, mustFindToken, readTokens, revokeToken, type TokenView } from '../identity/tokens.js'
import { mustFindUser } from '../identity/users.js'
import { GrantBody, NewToken, TokenItem } from '../schemas/identity.js'

const DEFAULT_LIFE_MS = 90 * 24 * 3_600_000
const ListQuery = PageQuery.extend({ user: z.string().max(100).optional().describe('Of another user, for admins; `*`: of all.') })
const NewTokenBody = z.strictObject({
  name: z.string().min(1).max(100),
  limits: z.array(GrantBody).min(1).max(200).default([{ role: Role.admin, namespace: EVERYWHERE }]).describe('What it is narrowed to; by default it may what its user may.'),
  lifetime: z.int().positive().nullable().default(DEFAULT_LIFE_MS).describe('Milliseconds; null: for ever.'),
})
const tags = ['Tokens']

/** The own tokens; those of others for admins. */
export function tokenRoutes(api: Api, { database }: WebContext): void {
  api.get('/tokens', { config: { access: KNOWN }, schema: { summary: 'Tokens, without their secrets', tags, querystring: ListQuery, response: { 200: pageOf(TokenItem) } } }, async request => {
    const { user, cursor, limit } = request.query
    const tokens = await readTokens(database, { user: await whose(principalOf(request), user), after: fromCursor(cursor, z.tuple([z.string()]))?.[0] ?? '', limit: limit + 1 })
    const items = tokens.slice(0, limit).map(shown)
    return { items, next: tokens.length > limit ? toCursor([items.at(-1)?.token ?? '']) : null }
  })

  api.post('/tokens', { config: { access: KNOWN, audit: 'token.create', idempotent: false }, schema: { summary: 'Makes a token; its text is told this once', tags, body: NewTokenBody, response: { 201: NewToken } } }, async (request, reply) => {
    const { kind, user } = principalOf(request)
    // Else a token that leaks would outlive its end and its limits.
    if (kind === 'token') throw new Problem('LS_NOT_ALLOWED', 'a token cannot make tokens')
    if (user === 0) throw new Problem('LS_USER_NOT_FOUND', 'without users there are no tokens')
    const token = await createToken(database, { user, ...request.body })
    return reply.status(201).header('cache-control', 'no-store').send({ ...shown(token), secret: token.secret })
  })

  api.delete('/tokens/:token', { config: { access: KNOWN, audit: 'token.revoke' }, schema: { summary: 'Revokes a token', tags, params: z.object({ token: z.string().max(20) }), response: { 204: z.null() } } }, async (request, reply) => {
    const { token } = request.params
    const principal = principalOf(request)
    const found = await mustFindToken(database, token)
    // A token narrowed to little must not end the others of its user.
    const { kind, user, credential } = principal
    const isOwn = found.user_key === user && (kind === 'user' || (credential?.kind === 'token' && credential.id === token))
    if (!isOwn && !isAdmin(principal)) throw new Problem('LS_TOKEN_NOT_FOUND', `there is no token '${token}'`)
    await revokeToken(database, token)
    return reply.status(204).send(null)
  })

  async function whose(principal: Principal, user: string | undefined): Promise<number | null> {
    if (user === undefined) return principal.user
    if (!isAdmin(principal)) throw new Problem('LS_NOT_ALLOWED', `'${principal.name}' may see their own tokens only`)
    return user === EVERYWHERE ? null : (await mustFindUser(database, user)).user_key
  }
}

const isAdmin = ({ grants }: Principal): boolean => may(grants, Role.admin, EVERYWHERE)
const shown = ({ token, user, name, limits, createdAt, expiresAt, lastUsedAt }: TokenView) => ({ token, user, name, limits: [...limits], createdAt, expiresAt, lastUsedAt })
