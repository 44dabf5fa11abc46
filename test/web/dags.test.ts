import { describe, expect, it } from 'vitest'
import { Role } from '../../web/identity/access.js'
import { ApiSite, inNamespace } from './site.js'

const dag = (id: string, more = ''): string => `dag: ${id}\nschedule: null\n${more}tasks: { one: { kind: empty } }\n`

describe('the list of DAGs', () => {
  it('comes in pages, filtered, with the newest runs of each', async () => {
    const site = await ApiSite.open()
    await site.installation.scheduler()
    for (const [id, more] of [['sales.a', 'tags: [etl]\nowner: ann\n'], ['sales.b', ''], ['ml.c', 'tags: [etl]\n']] as const) await site.installation.dag(dag(id, more))
    for (const run of ['one', 'two', 'three']) {
      expect(await site.ask('POST', '/dags/sales.a/runs', { body: { run } })).toMatchObject({ status: 201, body: { dag: 'sales.a', run } })
      await site.installation.ended('sales.a', run)
    }
    const first = await site.ask('GET', '/dags?limit=2&runs=2')
    expect(first.body).toMatchObject({ items: [{ dag: 'ml.c', tags: ['etl'], runs: [] }, { dag: 'sales.a', owner: 'ann', runs: [{ run: 'three', state: 'success' }, { run: 'two' }] }] })
    const { next } = first.body as { next: string }
    expect((await site.ask('GET', `/dags?limit=2&cursor=${next}`)).body).toMatchObject({ items: [{ dag: 'sales.b' }], next: null })
    expect((await site.ask('GET', '/dags?tag=etl&search=SALES')).body).toMatchObject({ items: [{ dag: 'sales.a' }] })
    expect((await site.ask('GET', '/dags?owner=ann')).body).toMatchObject({ items: [{ dag: 'sales.a' }] })
    expect(await site.ask('GET', '/dags?cursor=nonsense')).toMatchObject({ status: 400, body: { code: 'LS_REQUEST_INVALID' } })
    expect(await site.ask('GET', '/dags?limit=1e9')).toMatchObject({ status: 400, body: { errors: [{ path: 'querystring.limit' }] } })
  })

  it('comes by what is due next, without what is not due at all', async () => {
    const site = await ApiSite.open()
    await site.installation.scheduler()
    const timed = (id: string, start: string): string => dag(id).replace('schedule: null', `schedule: "@yearly"\ncatchup: true\nstart: ${start}-01-01`)
    for (const [id, year] of [['sales.late', '2098'], ['sales.soon', '2097'], ['sales.paused', '2097'], ['ml.late', '2098']] as const) await site.installation.dag(timed(id, year))
    await site.installation.dag(dag('sales.byhand'))
    await site.ask('PATCH', '/dags/sales.paused', { body: { paused: true } })
    const first = await site.ask('GET', '/dags?sort=due&runs=0&limit=2')
    expect(first.body).toMatchObject({ items: [{ dag: 'sales.soon', runs: [] }, { dag: 'ml.late' }] })
    expect((await site.ask('GET', `/dags?sort=due&cursor=${(first.body as { next: string }).next}`)).body).toMatchObject({ items: [{ dag: 'sales.late' }], next: null })
    expect(await site.ask('GET', `/dags?cursor=${(first.body as { next: string }).next}`), 'of another order').toMatchObject({ status: 400, body: { code: 'LS_REQUEST_INVALID' } })
  })

  it('shows a team its own namespace and nothing of others', async () => {
    const site = await ApiSite.open()
    await site.installation.scheduler()
    for (const id of ['sales.a', 'ml.c']) await site.installation.dag(dag(id))
    const grants = inNamespace('ml', Role.viewer)
    expect((await site.ask('GET', '/dags', { grants })).body).toMatchObject({ items: [{ dag: 'ml.c' }] })
    expect(await site.ask('POST', '/dags/ml.c/runs', { grants, body: {} })).toMatchObject({ status: 403, body: { code: 'LS_NOT_ALLOWED' } })
    // As if it did not exist.
    expect(await site.ask('POST', '/dags/sales.a/runs', { grants, body: {} })).toMatchObject({ status: 404, body: { code: 'LS_DAG_NOT_FOUND', detail: `there is no DAG 'sales.a'` } })
    expect(await site.ask('GET', '/dags', { grants: null })).toMatchObject({ status: 401, headers: { 'content-type': 'application/problem+json; charset=utf-8' }, body: { code: 'LS_NOT_SIGNED_IN' } })
  })

  it('is not changed by a page of another site in the browser of somebody who is signed in', async () => {
    const site = await ApiSite.open()
    await site.installation.scheduler()
    await site.installation.dag(dag('sales.a'))
    const pause = (headers: Readonly<Record<string, string>>) => site.ask('PATCH', '/dags/sales.a', { body: { paused: true }, headers: { 'x-test-cookie': '1', host: 'longshore.test', ...headers } })
    const foreign: Record<string, string>[] = [{}, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.test' }, { origin: 'null' }]
    for (const headers of foreign) {
      expect(await pause(headers), JSON.stringify(headers)).toMatchObject({ status: 403, body: { code: 'LS_FOREIGN_PAGE' } })
    }
    expect(await pause({ origin: 'https://longshore.test' })).toMatchObject({ status: 200, body: { changed: true } })
    expect(await pause({ 'sec-fetch-site': 'same-origin' })).toMatchObject({ status: 200, body: { changed: false } })
    expect((await site.ask('GET', '/dags?paused=true')).body).toMatchObject({ items: [{ dag: 'sales.a', paused: true }] })
  })
})

it('what is not there is a problem with a code', async () => {
  const site = await ApiSite.open()
  expect(await site.ask('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'LS_ROUTE_NOT_FOUND' } })
  expect(await site.ask('POST', '/dags/nope/runs', { body: {} })).toMatchObject({ status: 404, body: { code: 'LS_DAG_NOT_FOUND' } })
  expect(await site.ask('POST', '/dags/nope/runs', { body: { parms: {} } })).toMatchObject({ status: 400, body: { code: 'LS_REQUEST_INVALID' } })
  expect((await site.ask('GET', '/openapi.json', { grants: null })).body).toMatchObject({ openapi: '3.1.0', paths: { '/api/v1/dags': {} } })
})
