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
