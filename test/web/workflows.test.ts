import { describe, expect, it } from 'vitest'
import { Role } from '../../web/identity/access.js'
import { until } from '../harness/wait.js'
import { DIALECTS } from '../scheduler/installation.js'
import { ApiSite, inNamespace } from './site.js'

const PIPELINE = `dag: sales.daily
schedule: "0 2 * * *"
catchup: false
start: 2099-01-01
tags: [etl]
params: { region: { type: string, default: eu } }
defaults: { image: busybox }
tasks:
  extract: { command: [extract, "{{ params.region }}"], result: true, memory: 64m, outlets: [raw] }
  load.parts: { command: [load, "{{ item }}"], map: extract, after: [extract] }
  load.check: { command: [check], after: [load.parts], retries: 0 }
  report: { command: [report], after: [load.check], pool: db }
`
const RUN = '/dags/sales.daily/runs/one'

/** A site on which a run of every kind of task has ended: mapped ones, one that failed, one that could not run. */
async function ended(dialect: (typeof DIALECTS)[number]): Promise<ApiSite> {
  const site = await ApiSite.open(dialect)
  const { installation } = site
  await installation.scheduler()
  installation.worker({ answer: ({ task }) => (task === 'extract' ? { result: JSON.stringify([1, 2, 3]) } : { exitCode: task === 'load.check' ? 3 : 0 }) })
  expect(await site.ask('PUT', '/pools/db', { body: { slots: 2 } })).toMatchObject({ status: 200, body: { pool: 'db', slots: 2, before: null } })
  await installation.dag(PIPELINE)
  await site.ask('PATCH', '/dags/sales.daily', { body: { paused: false } })
  expect(await site.ask('POST', '/dags/sales.daily/runs', { body: { run: 'one', params: { region: 'us' } } })).toMatchObject({ status: 201 })
  expect(await installation.ended('sales.daily', 'one')).toMatchObject({ state: 'failed' })
  return site
}

describe.each(DIALECTS)('on %s, the API', dialect => {
  it('tells everything about a run, each answer as it is documented', async () => {
    const site = await ended(dialect)
    const body = async (path: string): Promise<unknown> => {
      const answer = await site.ask('GET', path)
      expect(answer.status, `${path}: ${JSON.stringify(answer.body)}`).toBe(200)
      return answer.body
    }
    expect(await body('/dags/sales.daily')).toMatchObject({ dag: 'sales.daily', version: 1, versions: 1, params: { region: { type: 'string', default: 'eu' } }, tasks: 4, problems: [] })
    expect(await body('/dags/sales.daily/versions')).toMatchObject({ items: [{ number: 1, current: true }], next: null })
    expect(await body('/dags/sales.daily/versions/1')).toMatchObject({ spec: { dag: 'sales.daily' } })
    expect(await body('/dags/sales.daily/schedule?count=2')).toMatchObject({ timezone: 'UTC', items: [{ dueAt: '2099-01-02T02:00:00.000Z' }, {}] })
    expect(await body('/runs?state=failed&state=success')).toMatchObject({ items: [{ dag: 'sales.daily', run: 'one', state: 'failed' }], next: null })
    expect(await body('/dags/sales.daily/runs?type=manual&from=2026-01-01')).toMatchObject({ items: [{ run: 'one' }], next: null })
    expect(await body('/dags/sales.daily/runs?state=running')).toMatchObject({ items: [] })
    expect(await body(RUN)).toMatchObject({ state: 'failed', params: { region: 'us' }, version: 1, tasks: { success: 4, failed: 1, upstream_failed: 1 } })
    expect(await body(`${RUN}/tasks?limit=2`)).toMatchObject({ items: [{ task: 'extract', attempt: { exitCode: 0 } }, { task: 'load.check', tries: 1, attempt: { exitCode: 3 } }] })
    expect(await body(`${RUN}/tasks?task=load.parts&state=success`)).toMatchObject({ items: [{ mapIndex: 0 }, { mapIndex: 1 }, { mapIndex: 2 }], next: null })
    expect(await body(`${RUN}/gantt`)).toMatchObject({ items: [{ task: 'extract', attempts: [{ fence: 1, state: 'finished' }] }, {}, {}, {}, {}, {}] })
    expect(await body(`${RUN}/tasks/extract`)).toMatchObject({ state: 'success', hasResult: true, limits: { memory: 64 * 1024 ** 2 }, attempts: [{ fence: 1, timeline: [{ step: 'queued', tookMs: 0 }, { step: 'claimed' }, { step: 'started' }, { step: 'exited' }, { step: 'recorded' }] }] })
    expect(await body(`${RUN}/tasks/extract/result`)).toEqual({ result: [1, 2, 3] })
    expect(await body(`${RUN}/tasks/extract/rendered`)).toMatchObject({ fence: 1, dispatched: true, specification: { command: ['extract', 'us'], env: { LONGSHORE_RUN_ID: 'one' } } })
    expect(await body(`${RUN}/tasks/load.parts/rendered?mapIndex=2`)).toMatchObject({ specification: { command: ['load', '3'], mapIndex: 2 } })
    expect(await body(`${RUN}/tasks/report/why`)).toMatchObject({ state: 'upstream_failed', answer: expect.stringContaining('load.check') })
    expect(await body('/dags/sales.daily/grid')).toMatchObject({
      tasks: [{ id: 'extract', parent: -1 }, { id: 'load', kind: 'group', parent: -1 }, { id: 'load.parts', label: 'parts', parent: 1, mapped: true }, { id: 'load.check', parent: 1 }, { id: 'report' }],
      runs: [{ run: 'one', version: 1, cells: 'sfsfu', counts: { 1: { success: 3, failed: 1 }, 2: { success: 3 } } }], next: null,
    })
    expect(await body('/dags/sales.daily/graph?run=one')).toMatchObject({ groups: [{ id: 'load', parent: null }], nodes: [{ id: 'extract', state: 'success' }, { id: 'load.parts', group: 'load', counts: { success: 3 } }, {}, {}], edges: [['extract', 'load.parts'], ['load.parts', 'load.check'], ['load.check', 'report']] })
    expect(await body('/dags/sales.daily/durations')).toMatchObject({ items: [{ run: 'one', state: 'failed', durationMs: expect.any(Number) }] })
    expect(await body('/dags/sales.daily/durations?task=load.parts')).toMatchObject({ items: [{ run: 'one', state: 'success', durationMs: expect.any(Number) }] })
    expect(await body('/dags/sales.daily/calendar')).toMatchObject({ timezone: 'UTC', days: [{ day: new Date().toISOString().slice(0, 10), counts: { failed: 1 } }] })
    expect(await body('/pools')).toMatchObject({ items: [{ pool: 'db', used: 0 }] })
    expect(await body('/pools/db')).toMatchObject({ held: [], next: [] })
    expect(await body('/assets')).toMatchObject({ items: [{ asset: 'raw', producers: ['sales.daily/extract'], updatedBy: expect.stringContaining('sales.daily/one/extract') }] })
    for (const path of ['/backfills', '/dags/sales.daily/backfills', '/events', '/import-errors']) expect(await body(path)).toEqual({ items: [], next: null })
  })

  it('acts: what a dry run lists is what is done then, and a grid and a calendar that were read before tell it', async () => {
    const site = await ended(dialect)
    const wanted = { runs: ['one'], tasks: ['load'], state: 'success' }
    const today = async (): Promise<unknown> => ((await site.ask('GET', '/dags/sales.daily/calendar')).body as { readonly days: readonly { readonly counts: unknown }[] }).days.map(({ counts }) => counts)
    await site.ask('GET', '/dags/sales.daily/grid')
    expect(await today()).toEqual([{ failed: 1 }])
    const dry = (await site.ask('POST', '/dags/sales.daily/mark', { body: { ...wanted, dryRun: true } })).body as { tasks: unknown }
    expect(dry).toMatchObject({ dryRun: true, tasks: [{ task: 'load.check', state: 'failed', effect: 'marked success' }, { task: 'report', effect: 'cleared' }] })
    expect((await site.ask('GET', RUN)).body).toMatchObject({ state: 'failed' })
    expect((await site.ask('POST', '/dags/sales.daily/mark', { body: wanted })).body).toMatchObject({ dryRun: false, tasks: dry.tasks })
    await until(async () => (await site.installation.run('sales.daily', 'one'))?.state === 'success')
    expect((await site.ask('GET', '/dags/sales.daily/grid')).body).toMatchObject({ runs: [{ cells: 'sssss' }] })
    expect(await today()).toEqual([{ success: 1 }])
    // The run has ended, and what changes in it makes it end anew: what was kept of it counts no more.
    expect((await site.ask('POST', '/dags/sales.daily/mark', { body: { runs: ['one'], tasks: ['report'], state: 'failed' } })).body).toMatchObject({ tasks: [{ effect: 'marked failed' }] })
    expect((await site.ask('GET', '/dags/sales.daily/grid')).body).toMatchObject({ runs: [{ state: 'failed', cells: 'ssssf' }] })
    expect(await today()).toEqual([{ failed: 1 }])
    expect((await site.ask('POST', '/dags/sales.daily/clear', { body: { runs: ['one'], tasks: ['report'] } })).body).toMatchObject({ tasks: [{ task: 'report', effect: 'cleared' }] })
    await until(async () => (await site.installation.run('sales.daily', 'one'))?.state === 'success')
    expect(await site.ask('POST', '/dags/sales.daily/cancel', { body: { unfinished: true } })).toMatchObject({ status: 200, body: { runs: [], tasks: [] } })
    for (const wrong of [{}, { runs: ['one'], from: '2026-01-01' }, { from: '2026-01-01' }, { from: 'soon', to: '2026-01-01' }, { runs: ['one'], upstream: true }]) {
      expect(await site.ask('POST', '/dags/sales.daily/clear', { body: wrong }), JSON.stringify(wrong)).toMatchObject({ status: 400, body: { code: 'LS_REQUEST_INVALID' } })
    }
    expect(await site.ask('POST', '/dags/sales.daily/clear', { body: { runs: ['two'] } })).toMatchObject({ status: 404, body: { code: 'LS_RUN_NOT_FOUND' } })
  })

  it('makes backfills, pauses and cancels them, under their own DAG only', async () => {
    const site = await ApiSite.open(dialect)
    await site.installation.scheduler()
    await site.installation.dag('dag: sales.a\nschedule: "@daily"\nstart: 2026-01-01\ncatchup: false\ntasks: { one: { image: busybox, command: [work] } }\n')
    await site.installation.dag('dag: ml.b\nschedule: null\ntasks: { one: { kind: empty } }\n')
    const body = { from: '2026-01-01', to: '2026-01-03' }
    expect(await site.ask('POST', '/dags/sales.a/backfills', { body: { ...body, dryRun: true } })).toMatchObject({ status: 200, body: { backfill: null, counts: { create: 3 } } })
    const made = await site.ask('POST', '/dags/sales.a/backfills', { body })
    expect(made).toMatchObject({ status: 201, body: { counts: { create: 3, leave: 0 } } })
    const { backfill } = made.body as { backfill: number }
    expect((await site.ask('GET', '/backfills')).body).toMatchObject({ items: [{ backfill, dag: 'sales.a', total: 3 }] })
    expect((await site.ask('GET', '/backfills', { grants: inNamespace('ml', Role.viewer) })).body).toEqual({ items: [], next: null })
    for (const verb of ['pause', 'resume', 'cancel']) {
      const sent = verb === 'cancel' ? { body: {} } : {}
      expect(await site.ask('POST', `/dags/ml.b/backfills/${backfill}/${verb}`, sent)).toMatchObject({ status: 404, body: { code: 'LS_BACKFILL_NOT_FOUND' } })
      expect(await site.ask('POST', `/dags/sales.a/backfills/${backfill}/${verb}`, sent)).toMatchObject({ status: 200 })
    }
    expect((await site.ask('GET', `/dags/sales.a/backfills/${backfill}`)).body).toMatchObject({ state: 'cancelled' })
  })
})

describe('of other namespaces', () => {
  it('nothing is told: no names that are nearly the same, no sources, no holders', async () => {
    const site = await ended('sqlite')
    const grants = inNamespace('sale', Role.admin)
    const outside = await site.ask('GET', '/dags/sale.daily/runs/one', { grants })
    expect(outside).toMatchObject({ status: 404, body: { detail: `there is no DAG 'sale.daily'` } })
    expect(await site.ask('POST', '/dags/sale.daily/clear', { grants, body: { runs: ['one'] } })).toMatchObject({ status: 404, body: { detail: `there is no DAG 'sale.daily'` } })
    for (const path of ['/runs', '/runs?state=failed', '/dags', '/assets', '/events', '/import-errors', '/backfills']) expect((await site.ask('GET', path, { grants })).body, path).toMatchObject({ items: [] })
    expect(await site.ask('PUT', '/pools/db', { grants, body: { slots: 9 } })).toMatchObject({ status: 403 })
    expect(await site.ask('POST', '/assets/raw/events', { grants, body: {} })).toMatchObject({ status: 404 })
    expect(await site.ask('POST', '/events/go', { grants, body: {} })).toMatchObject({ status: 403 })
    expect(await site.ask('POST', '/events/go', { grants, body: { dag: 'sales.daily', run: 'one' } })).toMatchObject({ status: 404 })
  })
})

it('an answer that is known is not sent again, and a large one is compressed', async () => {
  const site = await ended('sqlite')
  const first = await site.ask('GET', '/dags/sales.daily/grid')
  const tag = String(first.headers['etag'])
  expect(await site.ask('GET', '/dags/sales.daily/grid', { headers: { 'if-none-match': tag } })).toMatchObject({ status: 304, body: null })
  const zipped = await site.app.inject({ method: 'GET', url: '/api/v1/openapi.json', headers: { 'accept-encoding': 'gzip' } })
  expect(zipped.headers['content-encoding']).toBe('gzip')
  expect(zipped.rawPayload.length).toBeLessThan(50_000)
})
