import { z } from 'zod'
import { planBackfill, startBackfill } from '../../shared/operations/backfill.js'
import { setBackfillPaused } from '../../shared/operations/backfill-pause.js'
import { listProgress, mustFindBackfill, type BackfillProgress } from '../../shared/operations/backfill-progress.js'
import { cancelBackfill } from '../../shared/operations/cancel-backfill.js'
import { Reprocess } from '../../shared/states/backfill.js'
import { viewBackfill, viewBackfillPlan } from '../../shared/views/backfill-view.js'
import type { Api } from '../app.js'
import { fromCursor, PageQuery, pageOf, toCursor } from '../http/cursor.js'
import { Problem } from '../http/problem.js'
import { filtered, inDag, principalOf, readable } from '../http/route-access.js'
import { namespaceOf, Role } from '../identity/access.js'
import type { WorkflowContext } from '../reads/workflow-context.js'
import { Backfill, BackfillPlan } from '../schemas/acts.js'
import { BackfillPath, DagPath, Instant } from '../schemas/paths.js'

const Body = z.strictObject({
  from: Instant.describe('First logical date, in the zone of the DAG unless it names its own.'),
  to: Instant.describe('Last logical date.'),
  reprocess: z.enum(Reprocess).default(Reprocess.none).describe('Which dates are run again that have a run: none, those that failed, or all that ended.'),
  maxActiveRuns: z.int().min(1).max(1_000).nullable().default(null).describe('Null: as many as the DAG allows.'),
  params: z.record(z.string(), z.unknown()).default({}),
  backwards: z.boolean().default(false).describe('Newest date first.'),
  dryRun: z.boolean().default(false),
})
const CancelBody = z.strictObject({ running: z.boolean().default(false).describe('Its runs that have started too.') })
const Key = z.tuple([z.int()])

export function backfillRoutes(api: Api, { config, database, finder, wake }: WorkflowContext): void {
  /** A backfill is found by its DAG: its number alone would tell of other namespaces. */
  const mustBeOf = async ({ dag, backfill }: z.infer<typeof BackfillPath>): Promise<BackfillProgress> => {
    const found = await mustFindBackfill(database, backfill)
    if (found.row.dag_id !== dag) throw new Problem('LS_BACKFILL_NOT_FOUND', `there is no backfill ${backfill}`)
    return found
  }
  const page = async (query: z.infer<typeof PageQuery>, filter: { readonly dagId?: string; readonly namespaces?: readonly string[] }) => {
    const before = fromCursor(query.cursor, Key)?.[0]
    const found = await listProgress(database, { ...filter, limit: query.limit + 1, ...(before !== undefined && { before }) })
    const items = found.slice(0, query.limit).map(viewBackfill)
    return { items, next: found.length > query.limit ? toCursor([items.at(-1)?.backfill ?? 0]) : null }
  }

  api.get('/backfills', {
    config: { access: filtered() }, schema: { summary: 'Backfills of all DAGs, newest first', tags: ['Backfills'], querystring: PageQuery, response: { 200: pageOf(Backfill) } },
  }, async request => {
    const namespaces = readable(request)
    return page(request.query, namespaces === null ? {} : { namespaces })
  })

  api.get('/backfills/:backfill', {
    config: { access: filtered() }, schema: { summary: 'A backfill by its number alone', tags: ['Backfills'], params: BackfillPath.pick({ backfill: true }), response: { 200: Backfill } },
  }, async request => {
    const { backfill } = request.params
    const found = await mustFindBackfill(database, backfill)
    if (readable(request)?.includes(namespaceOf(found.row.dag_id)) === false) throw new Problem('LS_BACKFILL_NOT_FOUND', `there is no backfill ${backfill}`)
    return viewBackfill(found)
  })

  api.get('/dags/:dag/backfills', {
    config: { access: inDag(Role.viewer) }, schema: { summary: 'Backfills of a DAG, newest first', tags: ['Backfills'], params: DagPath, querystring: PageQuery, response: { 200: pageOf(Backfill) } },
  }, async ({ params, query }) => page(query, { dagId: (await finder.row(params.dag)).dag_id }))

  api.post('/dags/:dag/backfills', {
    config: { access: inDag(Role.author), audit: 'backfill.start' }, schema: { summary: 'Runs a DAG for dates of the past', tags: ['Backfills'], params: DagPath, body: Body, response: { 200: BackfillPlan, 201: BackfillPlan } },
  }, async (request, reply) => {
    const { dryRun, ...body } = request.body
    const wanted = { dag: request.params.dag, ...body, by: principalOf(request).name }
    if (dryRun) return viewBackfillPlan(await planBackfill(database, wanted), true)
    const started = viewBackfillPlan(await startBackfill(database, wanted), false)
    await wake(request.params.dag)
    return reply.status(started.backfill === null ? 200 : 201).send(started)
  })

  api.get('/dags/:dag/backfills/:backfill', {
    config: { access: inDag(Role.viewer) }, schema: { summary: 'A backfill', tags: ['Backfills'], params: BackfillPath, response: { 200: Backfill } },
  }, async ({ params }) => viewBackfill(await mustBeOf(params)))

  for (const [verb, paused] of [['pause', true], ['resume', false]] as const) {
    api.post(`/dags/:dag/backfills/:backfill/${verb}`, {
      config: { access: inDag(Role.operator), audit: `backfill.${verb}` },
      schema: { summary: paused ? 'Starts no more of its runs' : 'Lets a paused backfill go on', tags: ['Backfills'], params: BackfillPath, response: { 200: z.object({ backfill: z.int(), paused: z.boolean(), changed: z.boolean() }) } },
    }, async ({ params }) => {
      await mustBeOf(params)
      const changed = await setBackfillPaused(database, params.backfill, paused)
      if (changed) await wake(params.dag)
      return { backfill: params.backfill, paused, changed }
    })
  }

  api.post('/dags/:dag/backfills/:backfill/cancel', {
    config: { access: inDag(Role.operator), audit: 'backfill.cancel' },
    schema: {
      summary: 'Ends a backfill for good', tags: ['Backfills'], params: BackfillPath, body: CancelBody,
      response: { 200: z.object({ backfill: z.int(), queued: z.int().describe('Runs that had not started, and are cancelled.'), running: z.int(), runningCancelled: z.boolean() }) },
    },
  }, async request => {
    const { params, body: { running } } = request
    await mustBeOf(params)
    const cancelled = await cancelBackfill(database, config, params.backfill, { by: principalOf(request).name, running })
    await wake(params.dag)
    return { backfill: params.backfill, ...cancelled, runningCancelled: running }
  })
}
