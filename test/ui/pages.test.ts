import { describe, expect, it } from 'vitest'
import { UiSite } from './site.js'

const dag = (id: string, more = ''): string => `dag: ${id}\nschedule: null\n${more}tasks: { one: { kind: empty } }\n`

describe('the list of DAGs', () => {
  it('shows what there is, searches it, pauses and unpauses', async () => {
    const site = await UiSite.open()
    const { installation } = site.api
    await installation.scheduler()
    for (const [id, more] of [['sales.a', 'tags: [etl]\nowner: ann\n'], ['ml.c', '']] as const) await installation.dag(dag(id, more))
    const page = await site.page('/')
    await page.getByRole('link', { name: 'sales.a' }).waitFor()
    expect(page.url()).toBe(`${site.url}/dags`)
    await page.getByRole('switch', { name: 'Pause sales.a' }).click()
    await page.getByRole('switch', { name: 'Unpause sales.a' }).waitFor()
    expect((await site.api.ask('GET', '/dags?paused=true')).body).toMatchObject({ items: [{ dag: 'sales.a' }] })
    await page.keyboard.press('/')
    await page.keyboard.type('ml')
    await page.getByRole('link', { name: 'sales.a' }).waitFor({ state: 'detached' })
    expect(new URL(page.url()).search).toBe('?search=ml')
  })
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
})
