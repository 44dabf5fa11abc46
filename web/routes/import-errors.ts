import { z } from 'zod'
import { pageOfProblems } from '../../shared/database/tables/dag-files.js'
import type { Api } from '../app.js'
import { fromCursor, PageQuery, pageOf, toCursor } from '../http/cursor.js'
import { filtered, readable } from '../http/route-access.js'
import { namespaceOf } from '../identity/access.js'
import type { WorkflowContext } from '../reads/workflow-context.js'
import { ImportError } from '../schemas/dag.js'

export function importErrorRoutes(api: Api, { database }: WorkflowContext): void {
  api.get('/import-errors', {
    config: { access: filtered() },
    schema: { summary: 'What is wrong in DAG files, by file', description: 'A page has the errors of `limit` files. What no DAG could be made of is seen by those who may read all namespaces.', tags: ['DAGs'], querystring: PageQuery, response: { 200: pageOf(ImportError) } },
  }, async request => {
    const { cursor, limit } = request.query
    const namespaces = readable(request)
    const found = await pageOfProblems(database, fromCursor(cursor, z.tuple([z.string()]))?.[0] ?? '', limit + 1)
    const items = found.slice(0, limit).flatMap(({ problems }) => problems.filter(({ dag }) => namespaces === null || (dag !== null && namespaces.includes(namespaceOf(dag)))))
    return { items, next: found.length > limit ? toCursor([found[limit - 1]?.path ?? '']) : null }
  })
}
