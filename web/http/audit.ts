import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../../shared/database/database.js'
import { insertAudit } from '../../shared/database/tables/audit-log.js'
import { auditTarget } from './audit-target.js'
import { bodyDigest } from './body-digest.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the audit log calls it, `run.trigger`. Every route under /api that changes something says so; a body may be missing in what was refused. */
    audit?: string | ((body: unknown) => string)
  }
  interface FastifyRequest {
    /** Who it was, where a route finds that out itself. */
    auditAs: string | null
    /** What stands beside the target, where neither path nor body tells it. */
    auditMore: Readonly<Record<string, unknown>> | null
  }
}

const CHANGING: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * Writes every changing request by somebody who is known into the audit log, refused ones as well, before it is answered: an
 * answer that was given is in the log. Who is nobody is not written down: a flood of guesses would be a flood of rows.
 */
export function auditRequests(app: FastifyInstance, database: Database): void {
  app.decorateRequest('auditAs', null)
  app.decorateRequest('auditMore', null)
  app.addHook('onRoute', ({ url, method, config }) => {
    if (url.startsWith('/api/') && [method].flat().some(name => CHANGING.has(name)) && config?.audit === undefined) throw new Error(`the route ${String(method)} ${url} does not say what the audit log calls it`)
  })
  app.addHook('onSend', async (request, reply, payload: unknown) => {
    const principal = request.principal?.name ?? request.auditAs
    if (principal === null || !(CHANGING.has(request.method) || request.routeOptions.config.audit !== undefined)) return payload
    const params = (request.params ?? {}) as Readonly<Record<string, unknown>>
    await database.transact('audit', tx => insertAudit(tx, {
      principal, action: actionOf(request), dag_id: typeof params['dag'] === 'string' ? params['dag'] : null, target: JSON.stringify({ ...auditTarget(params, request.body), ...request.auditMore }), body_digest: bodyDigest(request),
      status: reply.statusCode, code: codeIn(reply, payload), address: request.ip,
    })).catch((error: unknown) => request.log.error({ err: error, principal, action: actionOf(request) }, 'an act could not be written into the audit log'))
    return payload
  })
}

function actionOf({ body, routeOptions: { config: { audit = 'unknown' } } }: FastifyRequest): string {
  return typeof audit === 'function' ? audit(body) : audit
}

function codeIn(reply: FastifyReply, payload: unknown): string | null {
  if (reply.statusCode < 400 || typeof payload !== 'string') return null
  return /"code":"(LS_\w+)"/.exec(payload)?.[1] ?? null
}
