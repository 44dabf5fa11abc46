import { z } from 'zod'
import { userByKey } from '../../shared/database/tables/users.js'
import { LongshoreError } from '../../shared/errors.js'
import type { Api, WebContext } from '../app.js'
import { Problem } from '../http/problem.js'
import { KNOWN, principalOf, PUBLIC, refuseForeignPage } from '../http/route-access.js'
import { MOST_PASSWORD } from '../identity/password.js'
import { SignIn } from '../identity/sign-in.js'
import { setPassword } from '../identity/users.js'
import { Me, Providers } from '../schemas/identity.js'
import { oidcRoutes } from './oidc.js'

const Secret = z.string().max(MOST_PASSWORD)
const LoginBody = z.union([z.strictObject({ user: z.string().max(100), password: Secret }), z.strictObject({ code: z.string().max(100) })])
const PasswordBody = z.strictObject({ current: Secret.optional().describe('Left out by who has none yet.'), password: Secret })
const tags = ['Identity']

export function authRoutes(api: Api, context: WebContext): void {
  const { config, database } = context
  const signIn = new SignIn(config, database)

  api.get('/auth/providers', {
    config: { access: PUBLIC }, schema: { summary: 'The ways to sign in', tags, response: { 200: Providers } },
  }, () => ({ password: config.auth === 'users', ...(config.oidcIssuer !== '' && { oidc: { label: config.oidcLabel, start: '/api/v1/auth/oidc/start' } }) }))

  api.post('/auth/login', {
    config: { access: PUBLIC, audit: 'auth.login', idempotent: false }, schema: { summary: 'Signs a browser in, by password or by a one-time code', tags, body: LoginBody, response: { 204: z.null() } },
  }, async (request, reply) => {
    refuseForeignPage(request, config.publicUrl)
    const { body } = request
    request.auditMore = { by: 'code' in body ? 'code' : 'password' }
    if ('code' in body) await signIn.byCode(request, reply, body.code)
    else await signIn.byPassword(request, reply, body.user, body.password)
    return reply.status(204).send(null)
  })

  api.post('/auth/logout', {
    config: { access: KNOWN, audit: 'auth.logout', idempotent: false }, schema: { summary: 'Ends the session of this browser', tags, response: { 204: z.null() } },
  }, async (request, reply) => {
    await signIn.end(request, reply)
    return reply.status(204).send(null)
  })

  api.get('/auth/me', {
    config: { access: KNOWN }, schema: { summary: 'Who makes this request, and what they may', tags, response: { 200: Me } },
  }, async request => {
    const { name, kind, grants, user } = principalOf(request)
    return { name, kind, grants: [...grants], password: (await userByKey(database, user))?.password != null }
  })

  api.put('/auth/password', {
    config: { access: KNOWN, audit: 'auth.password' }, schema: { summary: 'Changes the own password; every other session ends', tags, body: PasswordBody, response: { 204: z.null() } },
  }, async (request, reply) => {
    const { kind, user: key } = principalOf(request)
    if (kind === 'token') throw new Problem('LS_NOT_ALLOWED', 'a token cannot change the password of its user')
    const user = await userByKey(database, key)
    if (user === undefined) throw new LongshoreError('LS_USER_NOT_FOUND', 'without users there are no passwords')
    if (user.password !== null) await signIn.confirm(request, reply, user, request.body.current ?? '')
    await setPassword(database, user.name, request.body.password)
    await signIn.begin(request, reply, key)
    return reply.status(204).send(null)
  })

  if (config.oidcIssuer !== '') oidcRoutes(api, context, signIn)
}
