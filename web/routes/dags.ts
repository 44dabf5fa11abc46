import { z } from 'zod'
import { setPaused } from '../../shared/operations/set-paused.js'
import type { Api } from '../app.js'
import { fromCursor, PageQuery, pageOf, toCursor } from '../http/cursor.js'
import { filtered, inDag, readable } from '../http/route-access.js'
import { Role } from '../identity/access.js'
import { readDagPage } from '../reads/dag-list.js'
import type { WorkflowContext } from '../reads/workflow-context.js'
import { DagItem } from '../schemas/dag.js'
import { DagPath } from '../schemas/paths.js'

const ListQuery = PageQuery.extend({
  search: z.string().max(200).optional().describe('Text in the id, description or owner.'),
  tag: z.string().max(100).optional(),
  owner: z.string().max(200).optional(),
  paused: z.stringbool().optional(),
  own: z.stringbool().default(false).describe("Also Longshore's own, such as the one of tasks without a DAG."),
  sort: z.enum(['name', 'due']).default('name').describe('`due`: by when the next run is due; only DAGs that are not paused and have one.'),
  runs: z.coerce.number().int().min(0).max(50).default(14).describe('How many of its newest runs come with each DAG.'),
})
const PatchBody = z.strictObject({ paused: z.boolean() })

export function dagRoutes(api: Api, { database, directory, wake }: WorkflowContext): void {
  api.get('/dags', {
    config: { access: filtered() },
    schema: { summary: 'DAGs by name, or by what is due next, with their newest runs', tags: ['DAGs'], querystring: ListQuery, response: { 200: pageOf(DagItem) } },
  }, async request => {
    const { cursor, limit, runs, ...filter } = request.query
    const after = fromCursor(cursor, filter.sort === 'due' ? z.tuple([z.number(), z.string()]) : z.tuple([z.string()]))
    const { items, last } = await readDagPage(database, directory, { ...filter, namespaces: readable(request), after, limit, runs })
    return { items, next: last === null ? null : toCursor(last) }
  })

  api.patch('/dags/:dag', {
    config: { access: inDag(Role.operator), audit: nameOf },
    schema: { summary: 'Pauses or unpauses a DAG', tags: ['DAGs'], params: DagPath, body: PatchBody, response: { 200: z.object({ changed: z.boolean() }) } },
  }, async request => {
    const changed = await setPaused(database, request.params.dag, request.body.paused)
    if (changed) await wake(request.params.dag)
    return { changed }
  })
}

const nameOf = (body: unknown): string => ((body as Partial<z.infer<typeof PatchBody>> | null | undefined)?.paused === false ? 'dag.unpause' : 'dag.pause')
