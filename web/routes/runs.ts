import { z } from 'zod'
import { pageOfDagRuns, pageOfRuns, type RunPageFilter } from '../../shared/database/tables/run-pages.js'
import { triggerRun } from '../../shared/operations/trigger-run.js'
import { RunState, RunType } from '../../shared/states/run.js'
import { viewRunItem } from '../../shared/views/run-item.js'
import type { Api } from '../app.js'
import { fromCursor, PageQuery, pageOf, toCursor } from '../http/cursor.js'
import { optionalInstant } from '../http/instant.js'
import { Problem } from '../http/problem.js'
import { filtered, inDag, principalOf, readable } from '../http/route-access.js'
import { namespaceOf, Role } from '../identity/access.js'
import { readRunDetails } from '../reads/run-details.js'
import type { WorkflowContext } from '../reads/workflow-context.js'
import { Triggered } from '../schemas/dag.js'
import { DagPath, Instant, RunPath, several } from '../schemas/paths.js'
import { Run, RunItem } from '../schemas/run.js'

const RunQuery = PageQuery.extend({
  state: several(z.enum(RunState)).describe('May be repeated.'),
  type: z.enum(RunType).optional(),
  from: Instant.optional().describe('Only logical dates from here on.'),
  to: Instant.optional().describe('Only logical dates up to here.'),
})

const ListQuery = RunQuery.extend({
  dag: z.string().max(200).optional().describe('Only of this DAG.'),
  due: Instant.optional().describe('Only what was due since then.'),
})

const TriggerBody = z.strictObject({
  params: z.record(z.string(), z.unknown()).default({}),
  run: z.string().max(200).nullable().default(null).describe('Name of the run; null names it after its logical date.'),
  logicalDate: z.string().max(50).nullable().default(null).describe('A date of the past, in the zone of the DAG unless it names its own; null: now.'),
})

const filterOf = ({ state, type, from, to, limit }: z.infer<typeof RunQuery>, zone?: string): RunPageFilter =>
  ({ states: [...new Set(state)], type: type ?? null, from: optionalInstant('from', from, zone), to: optionalInstant('to', to, zone), limit })

export function runRoutes(api: Api, { database, finder, wake }: WorkflowContext): void {
  api.get('/runs', {
    config: { access: filtered() },
    schema: { summary: 'Runs of all DAGs, the ones made last first', description: 'With filters, a page may be short and have a next one.', tags: ['Runs'], querystring: ListQuery, response: { 200: pageOf(RunItem) } },
  }, async request => {
    const before = fromCursor(request.query.cursor, z.tuple([z.int()]))?.[0] ?? null
    const { dag, due } = request.query
    const namespaces = readable(request)
    if (dag !== undefined && namespaces?.includes(namespaceOf(dag)) === false) throw new Problem('LS_DAG_NOT_FOUND', `there is no DAG '${dag}'`)
    const dagKey = dag === undefined ? null : (await finder.row(dag)).dag_key
    // One DAG is one that may be read: its namespace need not be asked for again.
    const { runs, next } = await pageOfRuns(database, dagKey === null ? namespaces : null, { ...filterOf(request.query), dagKey, dueFrom: optionalInstant('due', due) }, before)
    return { items: runs.map(viewRunItem), next: next === null ? null : toCursor([next]) }
  })

  api.get('/dags/:dag/runs', {
    config: { access: inDag(Role.viewer) },
    schema: { summary: 'Runs of a DAG, newest logical date first', description: 'With a type, a page may be short and have a next one.', tags: ['Runs'], params: DagPath, querystring: RunQuery, response: { 200: pageOf(RunItem) } },
  }, async ({ params, query }) => {
    const { row, version: { spec } } = await finder.dag(params.dag)
    const { runs, next } = await pageOfDagRuns(database, row.dag_key, filterOf(query, spec.timezone), fromCursor(query.cursor, z.tuple([z.int(), z.int()])))
    return { items: runs.map(viewRunItem), next: next === null ? null : toCursor(next) }
  })

  api.post('/dags/:dag/runs', {
    config: { access: inDag(Role.operator), audit: 'run.trigger' },
    schema: { summary: 'Triggers a run', tags: ['Runs'], params: DagPath, body: TriggerBody, response: { 201: Triggered } },
  }, async (request, reply) => {
    const triggered = await triggerRun(database, { dag: request.params.dag, ...request.body, by: principalOf(request).name })
    await wake(triggered.dag)
    return reply.status(201).send(triggered)
  })

  api.get('/dags/:dag/runs/:run', {
    config: { access: inDag(Role.viewer) },
    schema: { summary: 'A run', tags: ['Runs'], params: RunPath, response: { 200: Run } },
  }, async ({ params }) => readRunDetails(database, await finder.run(params.dag, params.run)))
}
