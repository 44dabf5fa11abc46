import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Api, WebContext } from '../app.js'
import { Problem, problemOf, sendProblem } from '../http/problem.js'
import { PUBLIC } from '../http/route-access.js'
import { baseUrl } from '../identity/base-url.js'
import { admit } from '../identity/oidc/admit.js'
import { OidcProvider, type LoginInFlight } from '../identity/oidc/provider.js'
import type { SignIn } from '../identity/sign-in.js'

const COOKIE = 'oidc'
const LOGIN_MS = 10 * 60_000
const CALLBACK = '/api/v1/auth/oidc/callback'
/** A path of this site, and no way to write another one's: `//evil.test` and `/\evil.test` are. */
const OwnPath = z.string().max(2_000).regex(/^\/(?![/\\])[^\\\r\n\t]*$/, 'is not a path of this site').default('/')
/** The cookie is as good as whoever can set one for this site. */
const InFlight = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), next: OwnPath })
const tags = ['Identity']

/** Signing in through an OpenID Connect provider. */
export function oidcRoutes(api: Api, context: WebContext, signIn: SignIn): void {
  const { config, database } = context
  const provider = new OidcProvider(config)

  api.get('/auth/oidc/start', {
    errorHandler: backToLogin, config: { access: PUBLIC }, schema: { summary: 'Sends a browser to the OpenID Connect provider', tags, querystring: z.object({ next: OwnPath }), response: { 302: z.null() } },
  }, async (request, reply) => {
    const { url, login } = await provider.begin(`${baseUrl(context, request)}${CALLBACK}`, request.query.next)
    signIn.cookies.write(request, reply, COOKIE, Buffer.from(JSON.stringify(login)).toString('base64url'), LOGIN_MS)
    return reply.header('cache-control', 'no-store').redirect(url)
  })

  api.get('/auth/oidc/callback', {
    errorHandler: backToLogin, config: { access: PUBLIC, audit: 'auth.login' }, schema: { summary: 'Where the provider sends the browser back to', tags, querystring: z.looseObject({}), response: { 302: z.null() } },
  }, async (request, reply) => {
    request.auditMore = { by: 'openid' }
    const login = readLogin(signIn.cookies.read(request, COOKIE))
    signIn.cookies.clear(request, reply, COOKIE)
    const user = await admit(database, await provider.finish(new URL(request.url, baseUrl(context, request)), login), config.oidcGrants)
    await signIn.begin(request, reply, user)
    return reply.header('cache-control', 'no-store').redirect(login.next)
  })
}

/**
 * A person who comes here in a browser is sent to the login page, which says in words what the code means: it takes no text out of
 * an address, which anybody could have written.
 */
function backToLogin(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (!/\btext\/html\b/.test(request.headers.accept ?? '')) {
    void sendProblem(request, reply, error)
    return
  }
  const { code, status } = problemOf(error)
  if (status >= 500) request.log.error({ err: error }, 'a login through the provider failed')
  void reply.header('cache-control', 'no-store').redirect(`/login?problem=${code}`)
}

/** @throws Problem LS_LOGIN_FAILED */
function readLogin(cookie: string | null): LoginInFlight {
  try {
    return InFlight.parse(JSON.parse(Buffer.from(cookie ?? '', 'base64url').toString('utf8')))
  } catch {
    throw new Problem('LS_LOGIN_FAILED', 'this browser began no login, or it took longer than ten minutes', { hint: 'Begin again from the login page.' })
  }
}
