import { z } from 'zod'
import { cancelRunsOf } from '../../shared/operations/cancel-runs.js'
import { cancelTasks } from '../../shared/operations/cancel-tasks.js'
import type { RunChoice } from '../../shared/operations/choose-runs.js'
import { clear } from '../../shared/operations/clear.js'
import { mark } from '../../shared/operations/mark.js'
import type { Performed as Touched } from '../../shared/operations/perform.js'
import { MARKS } from '../../shared/operations/plan-mark.js'
import type { TaskChoice } from '../../shared/operations/selection.js'
import type { Api } from '../app.js'
import { readInstant } from '../http/instant.js'
import { Problem } from '../http/problem.js'
import { inDag, principalOf } from '../http/route-access.js'
import { Role } from '../identity/access.js'
import type { WorkflowContext } from '../reads/workflow-context.js'
import { Performed } from '../schemas/acts.js'
import { DagPath, Instant } from '../schemas/paths.js'

const Runs = z.strictObject({
  runs: z.array(z.string().max(250)).max(5_000).default([]).describe('Names of runs; or a range of logical dates.'),
  from: Instant.optional().describe('First logical date, in the zone of the DAG unless it names its own.'),
  to: Instant.optional().describe('Last logical date, which is included.'),
  dryRun: z.boolean().default(false).describe('Lists what would be touched, and changes nothing.'),
})

const Tasks = Runs.extend({
  tasks: z.array(z.string().max(200)).max(5_000).default([]).describe('Ids of tasks or groups; none: all.'),
  upstream: z.boolean().default(false).describe('Everything upstream of the tasks too.'),
  downstream: z.boolean().default(false).describe('Everything downstream of the tasks too.'),
  mapIndex: z.int().min(0).nullable().default(null).describe('Of mapped tasks, only this instance.'),
})

const ClearBody = Tasks.extend({
  failed: z.boolean().default(false).describe('Only what is failed, upstream_failed or cancelled.'),
  latest: z.boolean().default(false).describe('Moves the runs to the newest version of the DAG first.'),
  force: z.boolean().default(false).describe('Stops what is active, and runs it again.'),
})
const MarkBody = Tasks.extend({ state: z.enum(MARKS), force: z.boolean().default(false).describe('Stops what is active first.') })
const CancelBody = Tasks.extend({ unfinished: z.boolean().default(false).describe('All runs that are queued or running, instead of some.') })

const act = (audit: string) => ({ config: { access: inDag(Role.operator), audit } })
const answer = (performed: Touched, dryRun: boolean) => ({ dag: performed.dag, dryRun, runs: performed.runs, tasks: performed.tasks })

/** What people do to runs and tasks: everything in one transaction, or nothing. */
export function actRoutes(api: Api, { config, database, finder, wake }: WorkflowContext): void {
  const runsOf = async (dag: string, { runs, from, to }: z.infer<typeof Runs>): Promise<RunChoice> => {
    if (runs.length > 0 && from === undefined && to === undefined) return { kind: 'named', runs }
    // One end alone would too easily mean all that ever ran.
    if (runs.length > 0 || from === undefined || to === undefined) throw new Problem('LS_REQUEST_INVALID', 'say which runs: either `runs`, or `from` and `to`')
    const { version: { spec: { timezone } } } = await finder.dag(dag)
    const range = { from: readInstant('from', from, timezone), to: readInstant('to', to, timezone) }
    if (range.from > range.to) throw new Problem('LS_REQUEST_INVALID', '`from` is later than `to`')
    return { kind: 'dates', ...range }
  }
  const done = async (performed: Touched, dryRun: boolean) => {
    if (!dryRun) await wake(performed.dag)
    return answer(performed, dryRun)
  }

  api.post('/dags/:dag/clear', {
    ...act('task.clear'), schema: { summary: 'Has task instances run again', tags: ['Acts'], params: DagPath, body: ClearBody, response: { 200: Performed } },
  }, async request => {
    const { params: { dag }, body } = request
    const { failed, latest, force, dryRun } = body
    return done(await clear(database, config, { dag, runs: await runsOf(dag, body), tasks: { ...tasksOf(body), failed }, latest, force, dryRun, by: principalOf(request).name }), dryRun)
  })

  api.post('/dags/:dag/mark', {
    ...act('task.mark'), schema: { summary: 'Has task instances count as if they had ended so', tags: ['Acts'], params: DagPath, body: MarkBody, response: { 200: Performed } },
  }, async request => {
    const { params: { dag }, body } = request
    const { state, force, dryRun } = body
    return done(await mark(database, config, { dag, runs: await runsOf(dag, body), tasks: tasksOf(body), state, force, dryRun, by: principalOf(request).name }), dryRun)
  })

  api.post('/dags/:dag/cancel', {
    ...act('run.cancel'), schema: { summary: 'Cancels runs, or tasks in them', tags: ['Acts'], params: DagPath, body: CancelBody, response: { 200: Performed } },
  }, async request => {
    const { params: { dag }, body } = request
    const { unfinished, dryRun } = body
    if (unfinished && (body.runs.length > 0 || body.from !== undefined || body.to !== undefined)) throw new Problem('LS_REQUEST_INVALID', '`unfinished` goes without runs and dates')
    const runs: RunChoice = unfinished ? { kind: 'unfinished' } : await runsOf(dag, body)
    const by = principalOf(request).name
    const tasks = tasksOf(body)
    return done(tasks.tasks.length === 0 ? await cancelRunsOf(database, config, { dag, runs, dryRun, by }) : await cancelTasks(database, config, { dag, runs, tasks, dryRun, by }), dryRun)
  })
}

function tasksOf({ tasks, upstream, downstream, mapIndex }: z.infer<typeof Tasks>): TaskChoice {
  if (tasks.length === 0 && (upstream || downstream || mapIndex !== null)) throw new Problem('LS_REQUEST_INVALID', '`upstream`, `downstream` and `mapIndex` go with the tasks that they start from')
  return { tasks, upstream, downstream, failed: false, mapIndex }
}
