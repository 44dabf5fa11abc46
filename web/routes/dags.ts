import { z } from 'zod'
import { setPaused } from '../../shared/operations/set-paused.js'
import { triggerRun } from '../../shared/operations/trigger-run.js'
import type { Api, WebContext } from '../app.js'
import { fromCursor, PageQuery, pageOf, toCursor } from '../http/cursor.js'
import { filtered, inDag, principalOf, readable } from '../http/route-access.js'
import { Role } from '../identity/access.js'
import { DagDirectory } from '../reads/dag-directory.js'
import { readDagPage } from '../reads/dag-list.js'
import { DagItem, Triggered } from '../schemas/dag.js'

const DagPath = z.object({ dag: z.string().max(200) })

const ListQuery = PageQuery.extend({
  search: z.string().max(200).optional().describe('Text in the id, description or owner.'),
  tag: z.string().max(100).optional(),
  owner: z.string().max(200).optional(),
  paused: z.stringbool().optional(),
  runs: z.coerce.number().int().min(0).max(50).default(14).describe('How many of its newest runs come with each DAG.'),
})

const TriggerBody = z.strictObject({
  params: z.record(z.string(), z.unknown()).default({}),
  run: z.string().max(200).nullable().default(null).describe('Name of the run; null names it after its logical date.'),
  logicalDate: z.string().max(50).nullable().default(null).describe('A date of the past, in the zone of the DAG unless it names its own; null: now.'),
})

export function dagRoutes(api: Api, { database, wake }: WebContext): void {
  const directory = new DagDirectory(database)
  api.get('/dags', {
    config: { access: filtered() },
    schema: { summary: 'DAGs by name, with their newest runs', tags: ['DAGs'], querystring: ListQuery, response: { 200: pageOf(DagItem) } },
  }, async request => {
    const { cursor, limit, runs, ...filter } = request.query
    const after = fromCursor(cursor, z.tuple([z.string()]))?.[0] ?? null
    const { items, last } = await readDagPage(database, directory, { ...filter, namespaces: readable(request), after, limit, runs })
    return { items, next: last === null ? null : toCursor([last]) }
  })

  api.patch('/dags/:dag', {
    config: { access: inDag(Role.operator) },
    schema: { summary: 'Pauses or unpauses a DAG', tags: ['DAGs'], params: DagPath, body: z.strictObject({ paused: z.boolean() }), response: { 200: z.object({ changed: z.boolean() }) } },
  }, async request => {
    const changed = await setPaused(database, request.params.dag, request.body.paused)
    if (changed) await wake()
    return { changed }
  })

  api.post('/dags/:dag/runs', {
    config: { access: inDag(Role.operator) },
    schema: { summary: 'Triggers a run', tags: ['Runs'], params: DagPath, body: TriggerBody, response: { 201: Triggered } },
  }, async (request, reply) => {
    const triggered = await triggerRun(database, { dag: request.params.dag, ...request.body, by: principalOf(request).name })
    await wake()
    return reply.status(201).send(triggered)
  })
}
