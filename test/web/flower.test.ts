import { describe, expect, it } from 'vitest'
import { Presence, type WorkerFacts } from '../../shared/broker/presence.js'
import { commandOptions, openRedis } from '../../shared/broker/redis.js'
import { now } from '../../shared/database/database.js'
import { EVERYWHERE, Role, type Grant } from '../../web/identity/access.js'
import { atEnd } from '../harness/cleanup.js'
import { until } from '../harness/wait.js'
import { DIALECTS } from '../scheduler/installation.js'
import { ADMIN, ApiSite, inNamespace } from './site.js'

const dag = (id: string, queue: string): string => `dag: ${id}\nschedule: null\ntasks: { one: { kind: process, shell: "x", queue: ${queue} }, two: { kind: process, shell: "x", queue: ${queue}, after: [one] } }\n`

const facts = (id: string, more: Partial<WorkerFacts> = {}): WorkerFacts =>
  ({ id, name: `name-${id}`, host: 'here', version: '0', pid: 1, slots: 4, active: 1, queues: ['etl'], startedAt: 1, boot: 'b', ...more })

interface Items<T> { readonly items: readonly T[]; readonly next: string | null }

describe.each(DIALECTS)('Flower on %s', dialect => {
  it('shows tasks over all DAGs by queue, state, DAG and worker, page by page, and to a team only its own', async () => {
    const site = await ApiSite.open(dialect)
    await site.installation.scheduler()
    const worker = site.installation.worker({ queue: 'etl', answer: ({ task, dag: id }) => ({ exitCode: id === 'ml.c' && task === 'one' ? 1 : 0 }) })
    for (const id of ['sales.a', 'ml.c']) {
      await site.installation.dag(dag(id, 'etl'))
      for (const run of ['r1', 'r2']) await site.installation.trigger(id, run)
    }
    await site.installation.dag(dag('sales.idle', 'slow'))
    await site.installation.trigger('sales.idle', 'r1')
    for (const id of ['sales.a', 'ml.c']) for (const run of ['r1', 'r2']) await site.installation.ended(id, run)
    await until(async () => (await site.installation.tasks('sales.idle', 'r1'))['one']?.state === 'queued')
    type Task = { dag: string; run: string; task: string; state: string; runnableAt: string; worker: string | null }
    const list = async (query: string, grants?: ReturnType<typeof inNamespace>): Promise<Items<Task>> => (await site.ask('GET', `/tasks?${query}`, grants === undefined ? {} : { grants })).body
    const all = (await list('limit=500')).items
    // What never could run is not there: `two` of ml.c after its `one` failed.
    expect(all.map(item => `${item.dag} ${item.task} ${item.state}`).sort()).toEqual([
      'ml.c one failed', 'ml.c one failed', 'sales.a one success', 'sales.a one success', 'sales.a two success', 'sales.a two success', 'sales.idle one queued',
    ])
    expect(all.map(({ runnableAt }) => runnableAt)).toEqual(all.map(({ runnableAt }) => runnableAt).sort().reverse())
    const paged: Task[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Items<Task> = await list(`limit=2&sort=oldest${cursor === '' ? '' : `&cursor=${cursor}`}`)
      paged.push(...page.items)
      cursor = page.next
    }
    expect(paged).toEqual([...all].reverse())
    expect((await list('state=failed,queued')).items.map(({ dag: id }) => id).sort()).toEqual(['ml.c', 'ml.c', 'sales.idle'])
    expect((await list('queue=slow')).items).toMatchObject([{ dag: 'sales.idle', worker: null }])
    expect((await list('dag=ml.c')).items).toHaveLength(2)
    expect((await list(`worker=${worker.id}`)).items).toHaveLength(6)
    expect((await list('limit=500', inNamespace('ml', Role.viewer))).items.map(({ dag: id }) => id)).toEqual(['ml.c', 'ml.c'])
    expect((await list('worker=scripted&limit=1', inNamespace('ml', Role.viewer))).items).toHaveLength(1)
    expect(await site.ask('GET', '/tasks?state=none')).toMatchObject({ status: 400, body: { code: 'LS_REQUEST_INVALID' } })
  })

  it('shows what waits in a queue and since when, and the last hour of it; and pauses and limits it', async () => {
    const site = await ApiSite.open(dialect)
    await site.installation.scheduler()
    await site.installation.dag(dag('sales.a', 'etl'))
    expect((await site.ask('PATCH', '/queues/etl', { body: { limit: 1, paused: true } })).body).toEqual({ told: true })
    for (const run of ['r1', 'r2']) await site.installation.trigger('sales.a', run)
    type Queue = { queue: string; waiting: number; active: number; oldestWaitingAt: string | null; samples: unknown[] }
    const etl = async (): Promise<Queue | undefined> => ((await site.ask('GET', '/queues')).body as Items<Queue>).items.find(({ queue }) => queue === 'etl')
    const queue = await until(async () => { const found = await etl(); return found?.waiting === 1 && found.active === 1 && found.samples.length > 0 && found })
    const time = await now(site.installation.database)
    expect(queue).toMatchObject({ limit: 1, paused: true, pausedBy: 'ann', pausedAt: expect.any(String) as string })
    expect(Math.abs(time - Date.parse(queue.oldestWaitingAt ?? ''))).toBeLessThan(60_000)
    expect(await site.ask('PATCH', '/queues/nope', { body: { paused: true } })).toMatchObject({ status: 404, body: { code: 'LS_QUEUE_NOT_FOUND' } })
    expect(await site.ask('PATCH', '/queues/etl', { body: { paused: false }, grants: inNamespace('sales', Role.admin) })).toMatchObject({ status: 403 })
  })
})

describe('Flower', () => {
  it('shows workers over restarts, what they are busy with, and has them do what an operator of everything wants', async () => {
    const site = await ApiSite.open()
    await site.installation.scheduler()
    let answer = (): void => {}
    const held = new Promise<void>(resolve => { answer = resolve })
    const worker = site.installation.worker({ queue: 'etl', answer: async ({ task }) => { if (task === 'two') await held; return { exitCode: task === 'one' ? 0 : 3 } } })
    const redis = openRedis(commandOptions(site.installation.redis.url))
    atEnd(() => redis.disconnect())
    await site.installation.dag(dag('sales.a', 'etl'))
    await new Presence(redis, 'longshore').announce('etl', facts(worker.id, { name: 'deck', load: 1.5 }))
    await site.installation.trigger('sales.a')
    await until(async () => ((await site.ask('GET', '/workers/deck')).body as { attempts: { task: string }[] }).attempts[0]?.task === 'two')
    expect((await site.ask('GET', '/workers/deck')).body).toMatchObject({ id: worker.id, name: 'deck', status: 'online', doing: 'online', load: 1.5, attempts: [{ dag: 'sales.a', run: 'manual', task: 'two', queue: 'etl' }] })
    expect((await site.ask('GET', '/workers/deck', { grants: inNamespace('ml', Role.viewer) })).body).toMatchObject({ attempts: [] })
    answer()
    await site.installation.ended('sales.a')
    await until(async () => ((await site.ask('GET', '/workers')).body as Items<{ everProcessed: number; everFailed: number }>).items.some(({ everProcessed, everFailed }) => everProcessed === 2 && everFailed === 1))

    expect((await site.ask('PATCH', '/workers/deck', { body: { concurrency: 9, queues: ['ml'] } })).body).toMatchObject({ told: true, wanted: { concurrency: 9, queues: ['ml'] } })
    expect((await site.ask('POST', '/workers/deck/pause', { body: { queue: 'etl' } })).body).toMatchObject({ wanted: { paused: ['etl'], pausedBy: { user: 'ann' }, concurrency: 9 } })
    expect((await site.ask('POST', '/workers/deck/resume')).body).toMatchObject({ wanted: { paused: [], pausedBy: null } })
    expect((await site.ask('POST', '/workers/deck/drain', { body: { deadlineMs: 5_000, stopTasks: true } })).body).toMatchObject({ wanted: { end: { boot: 'b', deadline: 5_000, then: 'stop' } } })
    expect((await site.ask('POST', '/workers/deck/shutdown')).body).toMatchObject({ wanted: { end: { deadline: 0, then: 'detach' } } })
    await redis.flushall()
    expect((await site.ask('GET', '/workers')).body).toMatchObject({ items: [{ id: worker.id, name: 'deck', slots: 4, wanted: { concurrency: 9 } }] })
    expect(await site.ask('GET', '/workers/nobody')).toMatchObject({ status: 404, body: { code: 'LS_WORKER_NOT_FOUND' } })
    for (const act of ['pause', 'resume', 'drain', 'shutdown']) expect(await site.ask('POST', `/workers/deck/${act}`, { grants: inNamespace('sales', Role.admin) })).toMatchObject({ status: 403, body: { code: 'LS_NOT_ALLOWED' } })
  })

  it('tells whether database, broker, schedulers and log store are well, each with numbers, and which are not', async () => {
    const site = await ApiSite.open()
    const scheduler = await site.installation.scheduler()
    await site.installation.dag(dag('sales.a', 'etl'))
    const health = async () => (await site.ask('GET', '/health')).body as Record<string, unknown>
    await until(async () => (await health())['ok'], { interval: 200 })
    expect(await health()).toMatchObject({
      database: { ok: true, error: null, version: expect.any(String) as string, answeredInMs: expect.any(Number) as number },
      broker: { ok: true, policy: 'noeviction', usedMemory: expect.any(Number) as number, version: expect.any(String) as string },
      schedulers: [{ status: 'online', pid: process.pid, notReady: null }], workers: { online: 0, slots: 0 }, logStore: { ok: true },
    })
    const { database, redis } = site.installation
    const places = (grants: readonly Grant[]) => site.ask('GET', '/health', { grants }).then(({ body }) => JSON.stringify(body))
    for (const place of [database.label, redis.url, site.logs]) {
      expect(await places(ADMIN)).toContain(place)
      expect(await places(inNamespace(EVERYWHERE, Role.operator))).not.toContain(place)
    }
    await scheduler.stop()
    await site.installation.redis.stop()
    const ill = await until(async () => { const answer = await health(); return answer['ok'] === false && (answer['broker'] as { ok: boolean }).ok === false && answer }, { interval: 200 })
    expect(ill).toMatchObject({ ok: false, database: { ok: true }, broker: { ok: false, error: 'Redis does not answer; the log of the web process says more', usedMemory: null }, schedulers: [{ status: 'gone' }] })
  })
})
