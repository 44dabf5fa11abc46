import { z } from 'zod'
import { listAudit, type AuditRow } from '../../shared/database/tables/audit-log.js'
import { iso } from '../../shared/time/iso.js'
import type { Api, WebContext } from '../app.js'
import { fromCursor, PageQuery, pageOf, toCursor } from '../http/cursor.js'
import { everywhere } from '../http/route-access.js'
import { Role } from '../identity/access.js'
import { AuditItem } from '../schemas/identity.js'

const ListQuery = PageQuery.extend({
  principal: z.string().max(250).optional().describe('As it stands in the log.'),
  action: z.string().max(60).optional(),
  dag: z.string().max(200).optional(),
})

export function auditRoutes(api: Api, { database }: WebContext): void {
  api.get('/audit', {
    config: { access: everywhere(Role.admin) }, schema: { summary: 'What people and tokens did, the newest first', tags: ['Audit'], querystring: ListQuery, response: { 200: pageOf(AuditItem) } },
  }, async ({ query: { cursor, limit, ...filter } }) => {
    const rows = await listAudit(database, filter, fromCursor(cursor, z.tuple([z.int()]))?.[0] ?? null, limit + 1)
    const items = rows.slice(0, limit).map(view)
    return { items, next: rows.length > limit ? toCursor([items.at(-1)?.id ?? 0]) : null }
  })
}

const view = ({ audit_id, created_at, principal, action, dag_id, target, body_digest, status, code, address }: AuditRow) => ({
  id: audit_id, at: iso(created_at) ?? '', principal, action, dag: dag_id, target: JSON.parse(target) as Record<string, unknown>, bodyDigest: body_digest, status, code, address,
})
