import type { FastifyInstance, FastifyRequest } from 'fastify'
import { EVERYWHERE, may, namespaceOf, namespacesOf, Role } from '../identity/access.js'
import type { Authenticator, Principal } from '../identity/principal.js'
import { Problem } from './problem.js'

/** Who may use a route. Every route under /api says so; one that does not cannot be registered. */
export type RouteAccess =
  /** Everybody, unknown people included. */
  | { readonly kind: 'public' }
  /** Whoever is known: what it does concerns only them. */
  | { readonly kind: 'known' }
  /** Who has this role in the namespace of the DAG in the path. */
  | { readonly kind: 'dag'; readonly role: Role }
  /** Who has this role in any namespace; the handler shows only what {@link readable} allows. */
  | { readonly kind: 'filtered'; readonly role: Role }
  /** Who has this role everywhere: it concerns what belongs to no namespace. */
  | { readonly kind: 'everywhere'; readonly role: Role }

export const PUBLIC: RouteAccess = { kind: 'public' }
export const KNOWN: RouteAccess = { kind: 'known' }
export const inDag = (role: Role): RouteAccess => ({ kind: 'dag', role })
export const filtered = (role: Role = Role.viewer): RouteAccess => ({ kind: 'filtered', role })
export const everywhere = (role: Role): RouteAccess => ({ kind: 'everywhere', role })

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess
  }
  interface FastifyRequest {
    principal: Principal | null
  }
}

const CHANGING: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Holds every route under /api to its {@link RouteAccess}. */
export function guardRoutes(app: FastifyInstance, authenticator: Authenticator, publicUrl: string): void {
  const publicHost = hostOfPublic(publicUrl)
  app.decorateRequest('principal', null)
  app.addHook('onRoute', ({ url, method, config }) => {
    if (url.startsWith('/api/') && config?.access === undefined) throw new Error(`the route ${String(method)} ${url} does not say who may use it`)
  })
  app.addHook('onRequest', async request => {
    const { access } = request.routeOptions.config
    if (access === undefined || access.kind === 'public') return
    request.principal = await authenticator.authenticate(request)
    if (request.principal === null) throw new Problem('LS_NOT_SIGNED_IN', 'nobody is signed in')
    if (request.principal.byCookie && CHANGING.has(request.method)) requireOwnPage(request, publicHost)
    check(access, request, request.principal)
  })
}

/** The principal of a route that is not public. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Error(`${request.url} is public and asks who makes the request`)
  return request.principal
}

/** The namespaces that the maker of a request may read; null for all. */
export function readable(request: FastifyRequest): readonly string[] | null {
  const names = namespacesOf(principalOf(request).grants, Role.viewer)
  return names[0] === EVERYWHERE ? null : names
}

function check(access: Exclude<RouteAccess, { kind: 'public' }>, request: FastifyRequest, { grants, name }: Principal): void {
  switch (access.kind) {
    case 'known':
      return
    case 'filtered':
      if (namespacesOf(grants, access.role).length > 0) return
      throw new Problem('LS_NOT_ALLOWED', `'${name}' has the role ${access.role} nowhere`)
    case 'everywhere':
      if (may(grants, access.role, EVERYWHERE)) return
      throw new Problem('LS_NOT_ALLOWED', `'${name}' does not have the role ${access.role} for the whole installation`)
    case 'dag': {
      const dag = String((request.params as Readonly<Record<string, unknown>>)['dag'])
      if (may(grants, access.role, namespaceOf(dag))) return
      // Who may not even read it is not told whether it exists.
      if (!may(grants, Role.viewer, namespaceOf(dag))) throw new Problem('LS_DAG_NOT_FOUND', `there is no DAG '${dag}'`)
      throw new Problem('LS_NOT_ALLOWED', `'${name}' does not have the role ${access.role} in namespace '${namespaceOf(dag)}'`)
    }
  }
}

/** A browser says where a request comes from, and no page can make it lie. */
function requireOwnPage({ headers, host }: FastifyRequest, publicHost: string | null): void {
  const site = headers['sec-fetch-site']
  const origin = headers.origin
  const isOwn = site === undefined ? origin !== undefined && [host, publicHost].some(own => own === hostOf(origin)) : site === 'same-origin'
  if (!isOwn) throw new Problem('LS_FOREIGN_PAGE', 'the request came from a page of another site')
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host
  } catch {
    return undefined
  }
}

/** For what changes something without anybody being signed in: a login must not be sent by another site's page. Programs send neither header. */
export function refuseForeignPage(request: FastifyRequest, publicUrl: string): void {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (origin !== undefined || site !== undefined) requireOwnPage(request, hostOfPublic(publicUrl))
}

const hostOfPublic = (publicUrl: string): string | null => (publicUrl === '' ? null : new URL(publicUrl).host)
