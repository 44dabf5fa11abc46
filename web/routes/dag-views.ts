import { z } from 'zod'
import { now } from '../../shared/database/database.js'
import { problemsOfFile } from '../../shared/database/tables/dag-files.js'
import { countVersions, findVersion, pageOfVersions } from '../../shared/database/tables/dag-versions.js'
import { gridRuns, spansOfTask } from '../../shared/database/tables/grids.js'
import { lastInterval } from '../../shared/database/tables/dags.js'
import { iso } from '../../shared/time/iso.js'
import { timetableOf } from '../../shared/time/timetable.js'
import { nextRuns, viewDue } from '../../shared/views/due-view.js'
import type { Api } from '../app.js'
import { fromCursor, PageQuery, pageOf, toCursor } from '../http/cursor.js'
import { Problem } from '../http/problem.js'
import { inDag } from '../http/route-access.js'
import { Role } from '../identity/access.js'
import { viewDagDetails } from '../reads/dag-details.js'
import { viewGraph } from '../reads/graph.js'
import { runDurations, taskDurations } from '../reads/durations.js'
import type { WorkflowContext } from '../reads/workflow-context.js'
import { Dag, DagVersion, DagVersionItem, DueRun } from '../schemas/dag.js'
import { Calendar, Durations, Graph, Grid } from '../schemas/grid.js'
import { Time } from '../schemas/list.js'
import { DagPath } from '../schemas/paths.js'

const DatedCursor = z.tuple([z.int(), z.int()])
const YEAR_MS = 365 * 86_400_000
const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day such as 2026-01-31')
const read = { config: { access: inDag(Role.viewer) } }

/** What one DAG looks like. */
export function dagViewRoutes(api: Api, { database, finder, grids, calendars }: WorkflowContext): void {
  api.get('/dags/:dag', {
    ...read, schema: { summary: 'A DAG, with the version in force', tags: ['DAGs'], params: DagPath, response: { 200: Dag } },
  }, async ({ params }) => {
    const found = await finder.dag(params.dag)
    const [versions, problems] = await Promise.all([countVersions(database, found.row.dag_key), problemsOfFile(database, found.row.file)])
    return viewDagDetails(found, versions, problems)
  })

  api.get('/dags/:dag/versions', {
    ...read, schema: { summary: 'Versions of a DAG, newest first', tags: ['DAGs'], params: DagPath, querystring: PageQuery, response: { 200: pageOf(DagVersionItem) } },
  }, async ({ params, query: { cursor, limit } }) => {
    const row = await finder.row(params.dag)
    const before = fromCursor(cursor, z.tuple([z.int()]))?.[0] ?? null
    const found = await pageOfVersions(database, row.dag_key, before, limit + 1)
    const items = found.slice(0, limit).map(({ version_key, number, hash, created_at }) => ({ number, hash, createdAt: iso(created_at), current: version_key === row.version_key }))
    return { items, next: found.length > limit ? toCursor([items.at(-1)?.number ?? 0]) : null }
  })

  api.get('/dags/:dag/versions/:number', {
    ...read, schema: { summary: 'One version of a DAG in its canonical form', tags: ['DAGs'], params: DagPath.extend({ number: z.coerce.number().int().min(1).max(2 ** 31 - 1) }), response: { 200: DagVersion } },
  }, async ({ params }) => {
    const row = await finder.row(params.dag)
    const key = await findVersion(database, row.dag_key, params.number)
    if (key === undefined) throw new Problem('LS_VERSION_NOT_FOUND', `DAG '${params.dag}' has no version ${params.number}`)
    const { number, hash, spec } = await finder.versions.get(key)
    return { number, hash, spec: { ...spec } }
  })

  api.get('/dags/:dag/graph', {
    ...read, schema: { summary: 'Tasks and edges, with the states of a run', tags: ['DAGs'], params: DagPath, querystring: z.object({ run: z.string().max(250).optional() }), response: { 200: Graph } },
  }, async ({ params, query }) => {
    if (query.run === undefined) return viewGraph(params.dag, (await finder.dag(params.dag)).version, null)
    const { run, version } = await finder.run(params.dag, query.run)
    return viewGraph(params.dag, version, await grids.cellsOfRun(run.run_key))
  })

  api.get('/dags/:dag/grid', {
    ...read,
    schema: {
      summary: 'Tasks by runs, a letter for each', tags: ['DAGs'], params: DagPath, response: { 200: Grid },
      querystring: z.object({ runs: z.coerce.number().int().min(1).max(100).default(28), before: z.string().max(1_000).optional().describe('From `next` of an earlier answer.') }),
    },
  }, async ({ params, query }) => grids.read(await finder.dag(params.dag), fromCursor(query.before, DatedCursor), query.runs))

  api.get('/dags/:dag/durations', {
    ...read,
    schema: {
      summary: 'How long the newest runs took, or one task in them', tags: ['DAGs'], params: DagPath, response: { 200: Durations },
      querystring: z.object({ runs: z.coerce.number().int().min(1).max(500).default(100), task: z.string().max(200).optional() }),
    },
  }, async ({ params, query: { runs: limit, task } }) => {
    const row = await finder.row(params.dag)
    const runs = (await gridRuns(database, row.dag_key, null, limit)).reverse()
    return { items: task === undefined ? runDurations(runs) : taskDurations(runs, await spansOfTask(database, runs.map(({ run_key }) => run_key), task)) }
  })

  api.get('/dags/:dag/calendar', {
    ...read,
    schema: { summary: 'How many runs there were on each day, by state', tags: ['DAGs'], params: DagPath, querystring: z.object({ from: Day.optional(), to: Day.optional().describe('Default: the last year.') }), response: { 200: Calendar } },
  }, async ({ params, query }) => {
    const { row, version: { spec: { timezone } } } = await finder.dag(params.dag)
    const last = query.to ?? dayIn(timezone, Date.now())
    const first = query.from ?? new Date(Date.parse(last) - YEAR_MS).toISOString().slice(0, 10)
    return { timezone, days: await calendars.read(row.dag_key, timezone, first, last) }
  })

  api.get('/dags/:dag/schedule', {
    ...read,
    schema: { summary: 'The next runs by its timetable', tags: ['DAGs'], params: DagPath, querystring: z.object({ count: z.coerce.number().int().min(1).max(1_000).default(10) }), response: { 200: z.object({ timezone: z.string(), at: Time.describe('When it was asked for, by the clock that decides.'), items: z.array(DueRun) }) } },
  }, async ({ params, query }) => {
    const { row, version: { spec } } = await finder.dag(params.dag)
    const at = await now(database)
    const due = nextRuns(timetableOf(spec).next, lastInterval(row), at, query.count)
    return { timezone: spec.timezone, at: new Date(at).toISOString(), items: [...due].map(run => viewDue(run, spec.timezone)) }
  })
}

/** As Swedes write it: 2026-01-31. */
const dayIn = (timeZone: string, time: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone }).format(time)
