import { z } from 'zod'
import { pageOfExternalEvents } from '../../shared/database/tables/external-events.js'
import { postEvent } from '../../shared/operations/post-event.js'
import { viewEvent } from '../../shared/views/event-view.js'
import type { Api } from '../app.js'
import { fromCursor, PageQuery, pageOf, toCursor } from '../http/cursor.js'
import { Problem } from '../http/problem.js'
import { filtered, principalOf, readable } from '../http/route-access.js'
import { EVERYWHERE, may, namespaceOf, Role } from '../identity/access.js'
import type { WorkflowContext } from '../reads/workflow-context.js'
import { ExternalEvent } from '../schemas/acts.js'

const Body = z.strictObject({
  payload: z.unknown().default(null).describe('Becomes the result of the tasks that wait for it.'),
  dag: z.string().max(200).nullable().default(null).describe('Only for one run: its DAG. Null: for every run that waits.'),
  run: z.string().max(250).nullable().default(null).describe('Only for this run of the DAG.'),
  reject: z.boolean().default(false).describe('Fails the tasks that wait for it.'),
})

export function eventRoutes(api: Api, { database, finder, wake }: WorkflowContext): void {
  api.get('/events', {
    config: { access: filtered() },
    schema: { summary: 'Events that were posted, newest first', tags: ['Events'], querystring: PageQuery.extend({ name: z.string().max(200).optional() }), response: { 200: pageOf(ExternalEvent) } },
  }, async request => {
    const { name, limit, cursor } = request.query
    const before = fromCursor(cursor, z.tuple([z.int()]))?.[0]
    const namespaces = readable(request)
    const { events, next } = await pageOfExternalEvents(database, { limit, ...(name !== undefined && { name }), ...(before !== undefined && { before }), ...(namespaces !== null && { namespaces }) })
    return { items: events.map(viewEvent), next: next === null ? null : toCursor([next]) }
  })

  api.post('/events/:name', {
    config: { access: filtered(Role.operator), audit: 'event.post' },
    schema: {
      summary: 'Posts an event for tasks that wait for it', tags: ['Events'], params: z.object({ name: z.string().max(200) }), body: Body,
      response: { 201: z.object({ event: z.string(), dag: z.string().nullable(), run: z.string().nullable(), rejected: z.boolean(), waiting: z.int().describe('Tasks that wait for it now; what begins to wait later does not see it.') }) },
    },
  }, async (request, reply) => {
    const { params: { name }, body: { payload, dag, run, reject } } = request
    const { grants, name: by } = principalOf(request)
    if ((dag === null) !== (run === null)) throw new Problem('LS_REQUEST_INVALID', 'give `dag` and `run` together: they name one run')
    if (dag !== null && !may(grants, Role.viewer, namespaceOf(dag))) throw new Problem('LS_DAG_NOT_FOUND', `there is no DAG '${dag}'`)
    const namespace = dag === null ? EVERYWHERE : namespaceOf(dag)
    if (!may(grants, Role.operator, namespace)) throw new Problem('LS_NOT_ALLOWED', `'${by}' does not have the role operator ${dag === null ? 'for the whole installation: an event for every run may concern any of them' : `in namespace '${namespace}'`}`)
    if (dag !== null && run !== null) await finder.run(dag, run)
    const waiting = await postEvent(database, { name, run: dag === null || run === null ? null : { dag, run }, payload: JSON.stringify(payload), isRejected: reject, by })
    await wake(dag ?? undefined)
    return reply.status(201).send({ event: name, dag, run, rejected: reject, waiting })
  })
}
