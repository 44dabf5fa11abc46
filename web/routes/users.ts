import { z } from 'zod'
import { iso } from '../../shared/time/iso.js'
import type { Api, WebContext } from '../app.js'
import { fromCursor, PageQuery, pageOf, toCursor } from '../http/cursor.js'
import { everywhere } from '../http/route-access.js'
import { Role } from '../identity/access.js'
import { baseUrl } from '../identity/base-url.js'
import { MOST_PASSWORD } from '../identity/password.js'
import { CODE_LIFE_MS, loginUrl, makeLoginCode } from '../identity/sessions.js'
import { createUser, grantRole, mustFindUser, readUser, readUsers, removeUser, revokeRole, setPassword } from '../identity/users.js'
import { GrantBody, LoginCode, Namespace, UserItem } from '../schemas/identity.js'

const UserPath = z.object({ user: z.string().max(100) })
const GrantPath = UserPath.extend({ namespace: Namespace })
const NewUserBody = z.strictObject({
  user: z.string().max(100),
  password: z.string().max(MOST_PASSWORD).nullable().default(null).describe('Null: signs in by a one-time code.'),
  grants: z.array(GrantBody).max(200).default([]),
})
const access = everywhere(Role.admin)
const tags = ['Users']

/** Users and what they may, for admins. */
export function userRoutes(api: Api, context: WebContext): void {
  const { database } = context
  api.get('/users', { config: { access }, schema: { summary: 'Users by name', tags, querystring: PageQuery, response: { 200: pageOf(UserItem) } } }, async ({ query: { cursor, limit } }) => {
    const users = await readUsers(database, { after: fromCursor(cursor, z.tuple([z.string()]))?.[0] ?? '', limit: limit + 1 })
    const items = users.slice(0, limit).map(({ grants, ...user }) => ({ ...user, grants: [...grants] }))
    return { items, next: users.length > limit ? toCursor([items.at(-1)?.user ?? '']) : null }
  })

  api.post('/users', { config: { access, audit: 'user.create', idempotent: false }, schema: { summary: 'Makes a user', tags, body: NewUserBody, response: { 201: UserItem } } }, async ({ body: { user, password, grants } }, reply) => {
    const name = await createUser(database, { name: user, password, grants })
    return reply.status(201).send(await view(name))
  })

  api.get('/users/:user', { config: { access }, schema: { summary: 'A user', tags, params: UserPath, response: { 200: UserItem } } }, ({ params }) => view(params.user))

  api.delete('/users/:user', { config: { access, audit: 'user.delete' }, schema: { summary: 'Deletes a user with their sessions and tokens', tags, params: UserPath, response: { 204: z.null() } } }, async ({ params }, reply) => {
    await removeUser(database, params.user)
    return reply.status(204).send(null)
  })

  api.put('/users/:user/password', {
    config: { access, audit: 'user.password' }, schema: { summary: 'Sets the password of a user and ends their sessions', tags, params: UserPath, body: z.strictObject({ password: z.string().max(MOST_PASSWORD) }), response: { 204: z.null() } },
  }, async ({ params, body }, reply) => {
    await setPassword(database, params.user, body.password)
    return reply.status(204).send(null)
  })

  api.post('/users/:user/login-code', { config: { access, audit: 'user.login-code', idempotent: false }, schema: { summary: 'Makes a code that signs a user in once', tags, params: UserPath, response: { 201: LoginCode } } }, async (request, reply) => {
    const { user_key } = await mustFindUser(database, request.params.user)
    const code = await makeLoginCode(database, user_key)
    return reply.status(201).send({ code, url: loginUrl(baseUrl(context, request), code), expiresAt: iso(Date.now() + CODE_LIFE_MS) ?? '' })
  })

  api.put('/users/:user/grants/:namespace', {
    config: { access, audit: 'user.grant' }, schema: { summary: 'Gives a user a role in a namespace, `*` for all', tags, params: GrantPath, body: z.strictObject({ role: z.enum(Role) }), response: { 200: UserItem } },
  }, async ({ params: { user, namespace }, body: { role } }) => {
    await grantRole(database, user, { role, namespace })
    return view(user)
  })

  api.delete('/users/:user/grants/:namespace', { config: { access, audit: 'user.revoke' }, schema: { summary: 'Takes the role of a user in a namespace', tags, params: GrantPath, response: { 200: UserItem } } }, async ({ params: { user, namespace } }) => {
    await revokeRole(database, user, namespace)
    return view(user)
  })

  async function view(name: string) {
    const { grants, ...user } = await readUser(database, name)
    return { ...user, grants: [...grants] }
  }
}
