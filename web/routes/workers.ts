import { z } from 'zod'
import { claimedAttempts } from '../../shared/database/tables/worker-attempts.js'
import { endWorker, pickWorker, readWorkers, type Wanted } from '../../shared/operations/workers.js'
import { pauseWorker, resumeWorker, setWorker } from '../../shared/operations/workers-acts.js'
import { NO_QUEUE_NAME, QUEUE_NAME } from '../../shared/protocol/keys.js'
import { iso } from '../../shared/time/iso.js'
import { wantedView, workerView } from '../../shared/views/worker-view.js'
import type { Api, WebContext } from '../app.js'
import { everywhere, filtered, principalOf, readable } from '../http/route-access.js'
import { namespaceOf, Role } from '../identity/access.js'
import { SharedRead } from '../../shared/shared-read.js'
import { list } from '../schemas/list.js'
import { WantedWorker, Worker, WorkerDetails } from '../schemas/worker.js'

const FRESH_MS = 1_000
const MOST_ATTEMPTS = 500

const WorkerPath = z.object({ worker: z.string().max(200).describe('Its id, the beginning of its id, or its name.') })
const QueueBody = z.strictObject({ queue: z.string().regex(QUEUE_NAME, NO_QUEUE_NAME).nullish().describe('Null: all of its queues.') }).nullish()
const QueueNames = z.array(z.string().regex(QUEUE_NAME, NO_QUEUE_NAME)).max(100)
const PatchBody = z.strictObject({
  concurrency: z.int().min(1).max(10_000).nullable().optional().describe('Tasks that run at once; null: as its settings say.'),
  queues: QueueNames.min(1).nullable().optional().describe('Null: those of its settings.'),
  add: QueueNames.optional().describe('Queues to serve besides those of now.'),
  remove: QueueNames.optional().describe('Queues to serve no more.'),
})
const DrainBody = z.strictObject({
  deadlineMs: z.int().min(0).max(30 * 24 * 3_600_000).nullish().describe('Longest time that its tasks have; null: as long as they take.'),
  stopTasks: z.boolean().optional().describe('Whether what still runs then is stopped and run elsewhere; else it runs on for the next process.'),
}).nullish()

/** Workers belong to no namespace: whoever may read anything sees them, and who acts on them does so for everybody. */
export function workerRoutes(api: Api, { config, database }: WebContext): void {
  const workers = new SharedRead(() => readWorkers(database, config), FRESH_MS)
  const act = async (wanted: Promise<Wanted>) => {
    const view = wantedView(await wanted)
    workers.forget()
    return view
  }
  const act200 = { response: { 200: WantedWorker }, params: WorkerPath, tags: ['Workers'] }
  const access = everywhere(Role.operator)

  api.get('/workers', {
    config: { access: filtered() },
    schema: { summary: 'Workers by name', tags: ['Workers'], querystring: z.object({ gone: z.stringbool().default(false).describe('Those that are gone too.') }), response: { 200: z.object({ items: list(Worker), next: z.null() }) } },
  }, async request => {
    const items = (await workers.get()).filter(({ status }) => request.query.gone || status !== 'gone').map(workerView)
    return { items, next: null }
  })

  api.get('/workers/:worker', {
    config: { access: filtered() },
    schema: { summary: 'A worker with what it is busy with', tags: ['Workers'], params: WorkerPath, response: { 200: WorkerDetails } },
  }, async request => {
    const worker = pickWorker(await workers.get(), request.params.worker)
    const namespaces = readable(request)
    const attempts = (await claimedAttempts(database, worker.id, MOST_ATTEMPTS)).filter(({ dag_id }) => namespaces === null || namespaces.includes(namespaceOf(dag_id)))
    return {
      ...workerView(worker),
      attempts: attempts.map(row => ({ dag: row.dag_id, run: row.run_id, task: row.task_id, mapIndex: row.map_index, fence: row.fence, state: row.state, queue: row.queue, claimedAt: iso(row.claimed_at), startedAt: iso(row.started_at) })),
    }
  })

  api.patch('/workers/:worker', {
    config: { access, audit: 'worker.set' }, schema: { ...act200, summary: 'Sets how many tasks a worker runs at once and which queues it serves', body: PatchBody, description: 'It holds until it is taken back, over restarts of the worker too. Tasks that run go on.' },
  }, request => act(setWorker(database, config, request.params.worker, request.body)))

  api.post('/workers/:worker/pause', {
    config: { access, audit: 'worker.pause' }, schema: { ...act200, summary: 'Has a worker take nothing', body: QueueBody },
  }, request => act(pauseWorker(database, config, request.params.worker, request.body?.queue ?? null, principalOf(request).name)))

  api.post('/workers/:worker/resume', {
    config: { access, audit: 'worker.resume' }, schema: { ...act200, summary: 'Has a worker take work again', body: QueueBody },
  }, request => act(resumeWorker(database, config, request.params.worker, request.body?.queue ?? null)))

  api.post('/workers/:worker/drain', {
    config: { access, audit: 'worker.drain' }, schema: { ...act200, summary: 'Has a worker end when its tasks have ended', body: DrainBody },
  }, ({ params, body }) => act(endWorker(database, config, params.worker, { deadline: body?.deadlineMs ?? null, then: body?.stopTasks === true ? 'stop' : 'detach' })))

  api.post('/workers/:worker/shutdown', {
    config: { access, audit: 'worker.shutdown' }, schema: { ...act200, summary: 'Has a worker end now; its tasks run on for its next process' },
  }, request => act(endWorker(database, config, request.params.worker, { deadline: 0, then: 'detach' })))
}
