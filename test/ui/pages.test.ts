import { describe, expect, it } from 'vitest'
import { Role } from '../../web/identity/access.js'
import { inNamespace } from '../web/site.js'
import { UiSite } from './site.js'

const dag = (id: string, more = ''): string => `dag: ${id}\nschedule: null\n${more}tasks: { one: { kind: empty } }\n`

describe('the list of DAGs', () => {
  it('shows what there is, searches it, pauses and unpauses', async () => {
    const site = await UiSite.open()
    const { installation } = site.api
    await installation.scheduler()
    for (const [id, more] of [['sales.a', 'tags: [etl]\nowner: ann\n'], ['ml.c', '']] as const) await installation.dag(dag(id, more))
    const page = await site.page('/dags')
    await page.getByRole('link', { name: 'sales.a' }).waitFor()
    await page.getByRole('switch', { name: 'Pause sales.a' }).click()
    await page.getByRole('switch', { name: 'Unpause sales.a' }).waitFor()
    expect((await site.api.ask('GET', '/dags?paused=true')).body).toMatchObject({ items: [{ dag: 'sales.a' }] })
    await page.keyboard.press('/')
    await page.keyboard.type('ml')
    await page.getByRole('link', { name: 'sales.a' }).waitFor({ state: 'detached' })
    expect(new URL(page.url()).search).toBe('?search=ml')
  }, 180_000)
})

it('the files of the pages come compressed, and those that are named by their content are kept for good', async () => {
  const site = await UiSite.open()
  const ask = (path: string, encoding: string) => site.api.app.inject({ method: 'GET', url: path, headers: { 'accept-encoding': encoding } })
  const { body, headers } = await ask('/dags', 'identity')
  expect(headers).toMatchObject({ 'cache-control': 'no-cache' })
  const script = /src="(\/static\/[^"]+\.js)"/.exec(body)?.[1] ?? ''
  const plain = await ask(script, 'identity')
  for (const encoding of ['br', 'gzip']) {
    const answer = await ask(script, `deflate, ${encoding}`)
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-encoding': encoding, 'content-type': expect.stringContaining('javascript'), 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' } })
    expect(answer.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2.5)
  }
  expect(plain.headers['content-encoding']).toBeUndefined()
  expect((await ask('/runs', 'br')).headers, 'a page that has an address of its own').toMatchObject({ 'content-type': expect.stringContaining('text/html') })
}, 180_000)

it('the overview says what needs somebody, what failed, runs and comes, each with the way to it; admins see on every page that a roll-out is halted', async () => {
  const site = await UiSite.open()
  const { installation } = site.api
  await installation.scheduler()
  installation.worker({ answer: async ({ dag }) => ({ exitCode: dag === 'sales.bad' ? 65 : 0 }) })
  await installation.dag('dag: sales.bad\nschedule: null\ntasks: { one: { kind: process, shell: x } }\n')
  await installation.dag('dag: sales.soon\nschedule: "@daily"\nstart: 2026-01-01\ncatchup: false\ntasks: { one: { kind: empty } }\n')
  await installation.dag('dag: sales.stuck\nschedule: null\ntasks: { one: { kind: process, queue: nobody, shell: x } }\n')
  const page = await site.page('/')
  await page.getByText('No run has failed.').waitFor()
  await installation.trigger('sales.bad', 'first')
  await installation.trigger('sales.stuck', 'second')
  // Nobody reloads the page: it is told.
  await page.getByRole('region', { name: 'Failed in the last 24 hours' }).getByRole('link', { name: 'first' }).waitFor()
  await page.getByRole('region', { name: 'Running now' }).getByRole('link', { name: 'second' }).waitFor()
  await page.getByRole('region', { name: 'Due next' }).getByRole('link', { name: 'sales.soon' }).waitFor()
  await page.getByRole('link', { name: '1 task waits in nobody, which no worker serves' }).click()
  await page.waitForURL(/\/queues$/)

  const at = Date.now()
  const report = { v: 1, node: 'n1', name: 'db1', version: '1.0.0', roles: [{ role: 'scheduler', pool: null, queues: [] }], doing: null, failed: { revision: 7, version: '2.0.0', why: 'it does not start' }, at }
  await installation.database.query('nodes').insert({ node_id: 'n1', report: JSON.stringify(report), last_seen: at })
  await installation.database.query('releases').insert({ role: 'scheduler', pool: '', version: '2.0.0', sums: '{}', revision: 7, max_unavailable: 1, set_by: 'ann', set_at: at, halted_at: at, halted_by: 'longshore', halted_why: 'node db1: it does not start' })
  await page.reload()
  const banner = page.getByRole('complementary', { name: 'Roll-out' })
  await banner.getByText('The roll-out of 2.0.0 is halted on db1: it does not start').waitFor()
  await banner.getByRole('link').click()
  await page.getByRole('table', { name: 'Machines' }).getByText('db1').waitFor()
  await page.getByRole('button', { name: 'Go on' }).click()
  await banner.getByText('2.0.0 is being rolled out: 0 of 1 machines have it').waitFor()
  const viewer = await site.page('/health', { grants: inNamespace('sales', Role.viewer) })
  await viewer.getByRole('heading', { name: 'Schedulers' }).waitFor()
  expect(await viewer.getByRole('table', { name: 'Machines' }).count()).toBe(0)
}, 180_000)
