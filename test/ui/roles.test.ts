import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { Role } from '../../web/identity/access.js'
import { inNamespace } from '../web/site.js'
import { UiSite } from './site.js'

const ACTS = /^(?:Trigger|Clear|Mark|Cancel|Pause(?!d)|Resume|Drain|Shut down|Change|Limit|Delete|New (?!token)|Mark updated|Start)/

/** What a page offers to change things with, and what it shows but does not let one change. */
async function offered(page: Page, path: string, shows: string): Promise<{ readonly acts: string[]; readonly switches: string[] }> {
  await page.goto(path)
  await page.locator('main').getByText(shows, { exact: true }).first().waitFor()
  // From then on it is known who looks.
  await page.getByTitle(/: roles and password$/).waitFor()
  const names = await page.evaluate<string[]>(`[...document.querySelectorAll('button:not([role=switch])')].map(one => one.getAttribute('aria-label') ?? one.textContent.trim())`)
  const switches = await page.evaluate<string[]>(`[...document.querySelectorAll('[role=switch]')].map(one => one.getAttribute('aria-label') + ': ' + (one.disabled ? one.title : 'may'))`)
  return { acts: names.filter(name => ACTS.test(name)).sort(), switches }
}

it('pages offer what somebody may do, and say why they may not change what they see', async () => {
  const site = await UiSite.open()
  const { installation } = site.api
  await installation.scheduler()
  for (const dag of ['sales.a', 'ml.b']) {
    await installation.dag(`dag: ${dag}\nschedule: null\ntasks: { one: { kind: empty } }\n`)
    await installation.trigger(dag, 'r1')
    await installation.ended(dag, 'r1')
  }
  await site.api.ask('PUT', '/pools/warehouse', { body: { slots: 4 } })
  const everything = inNamespace('*', Role.viewer)
  const needs = 'This needs the role operator in'

  const viewer = await site.page('/dags', { grants: everything })
  expect(await offered(viewer, '/dags', 'sales.a')).toEqual({ acts: [], switches: [`Pause ml.b: ${needs} ml.`, `Pause sales.a: ${needs} sales.`] })
  expect(await offered(viewer, '/dags/sales.a/runs/r1', 'one')).toEqual({ acts: [], switches: [] })
  expect(await offered(viewer, '/dags/sales.a/runs/r1/tasks/one', 'one')).toMatchObject({ acts: [] })
  expect(await offered(viewer, '/dags/sales.a/backfills', 'No backfills')).toMatchObject({ acts: [] })
  expect(await offered(viewer, '/pools', 'warehouse')).toMatchObject({ acts: [] })
  expect(await viewer.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents()).not.toEqual(expect.arrayContaining(['Users']))

  const operator = await site.page('/dags', { grants: [...everything, ...inNamespace('sales', Role.operator)] })
  expect(await offered(operator, '/dags', 'sales.a')).toEqual({ acts: ['Trigger sales.a'], switches: [`Pause ml.b: ${needs} ml.`, 'Pause sales.a: may'] })
  expect(await offered(operator, '/dags/sales.a/runs/r1', 'one')).toMatchObject({ acts: ['Clear', 'Mark'] })
  expect(await offered(operator, '/dags/ml.b/runs/r1', 'one')).toMatchObject({ acts: [] })
  expect(await offered(operator, '/dags/sales.a/backfills', 'No backfills'), 'authors make them').toMatchObject({ acts: ['Trigger'] })
  expect(await offered(operator, '/pools', 'warehouse')).toMatchObject({ acts: [] })

  const admin = await site.page('/dags')
  expect(await offered(admin, '/pools', 'warehouse')).toMatchObject({ acts: ['Change warehouse', 'New pool'] })
  expect(await offered(admin, '/users', 'Users')).toMatchObject({ acts: ['New user'] })
}, 180_000)
