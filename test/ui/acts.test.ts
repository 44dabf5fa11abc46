import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { findDag } from '../../shared/database/tables/dags.js'
import { listPools } from '../../shared/database/tables/pools.js'
import { findQueue } from '../../shared/database/tables/queues.js'
import { readTokens } from '../../web/identity/tokens.js'
import { createUser, mustFindUser, readUser } from '../../web/identity/users.js'
import { verifyPassword } from '../../web/identity/password.js'
import { until as untilSoon } from '../harness/wait.js'
import { ADMIN } from '../web/site.js'
import { goesOn, startWorker } from './scenery.js'
import { UiSite } from './site.js'

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const inDialog = (page: Page, name: string | RegExp) => page.getByRole('dialog').getByRole('button', { name }).click()
/** A machine that does other things meanwhile may be slow. */
const until: typeof untilSoon = (condition, options) => untilSoon(condition, { timeout: 60_000, ...options })
const closed = (page: Page) => page.getByRole('dialog').waitFor({ state: 'detached' })

it('workers and queues do what is asked of them on their pages', async () => {
  const site = await UiSite.open()
  const { installation } = site.api
  await installation.scheduler()
  const worker = await startWorker(site)
  await goesOn(site)
  const page = await site.page('/workers/harbour-1')
  await press(page, 'Pause')
  await until(() => worker.status().paused.length > 0)
  await press(page, 'Resume')
  await until(() => worker.status().paused.length === 0)

  await press(page, 'Change')
  await page.getByRole('dialog').getByLabel('Slots').fill('3')
  await page.getByRole('dialog').getByLabel('Queues').fill('default, extra')
  await inDialog(page, 'Save')
  await until(() => worker.status().slots.total === 3 && worker.status().queues.join() === 'default,extra')

  await press(page, 'Cancel count of today')
  await page.getByRole('dialog').getByText('count').first().waitFor()
  await inDialog(page, 'Cancel 1 task')
  await until(async () => (await installation.tasks('sales.stocktaking', 'today'))['count']?.state === 'cancelled')
  await page.getByText('Nothing runs on it.').waitFor()

  await page.goto('/queues')
  await page.getByRole('switch', { name: 'Pause default' }).click()
  await until(async () => (await findQueue(installation.database, 'default'))?.is_paused)
  await page.getByText('paused by ann').waitFor()
  await page.getByRole('switch', { name: 'Unpause default' }).click()
  await until(async () => (await findQueue(installation.database, 'default'))?.is_paused === 0)
  await press(page, 'Limit default')
  await page.getByLabel('Tasks at once').fill('5')
  await inDialog(page, 'Save')
  await until(async () => (await findQueue(installation.database, 'default'))?.max_active === 5)

  await page.goto('/workers/harbour-1')
  await press(page, 'Drain')
  await worker.ended
  await worker.stop()
  const second = await startWorker(site, 'harbour-2')
  await page.goto('/workers/harbour-2')
  await press(page, 'Shut down')
  await second.ended
}, 180_000)

it('DAGs, runs and backfills: paused, triggered with parameters, cleared, marked, cancelled, planned and started', async () => {
  const site = await UiSite.open()
  const { installation } = site.api
  const { database } = installation
  await installation.scheduler()
  await installation.dag('dag: sales.load\nschedule: "@daily"\nstart: 2026-01-01\ncatchup: false\nparams:\n  region: { type: string, default: eu, enum: [eu, us] }\n  parts: { type: integer, default: 4, maximum: 64 }\ntasks: { one: { kind: empty }, hold: { kind: process, shell: "x", after: [one] }, last: { kind: empty, after: [hold] } }\n')
  const page = await site.page('/dags/sales.load')
  await page.getByRole('switch', { name: 'Pause sales.load' }).click()
  await until(async () => (await findDag(database, 'sales.load'))?.is_paused)
  await page.getByRole('switch', { name: 'Unpause sales.load' }).click()
  await until(async () => (await findDag(database, 'sales.load'))?.is_paused === 0)

  await press(page, 'Trigger')
  await page.getByRole('dialog').getByLabel('region').selectOption('us')
  await page.getByRole('dialog').getByLabel('parts').fill('8')
  await page.getByText('Name and date of the run').click()
  await page.getByLabel('Name of the run').fill('by-hand')
  await inDialog(page, 'Trigger')
  await closed(page)
  const run = await until(async () => (await site.api.ask('GET', '/dags/sales.load/runs/by-hand')).body as { readonly params: unknown })
  expect(run.params).toEqual({ region: 'us', parts: 8 })
  await until(async () => (await installation.tasks('sales.load', 'by-hand'))['hold']?.state === 'queued')

  await page.goto('/dags/sales.load/runs/by-hand/tasks/hold')
  await press(page, 'Mark')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Also what is running').click()
  await dialog.getByText('hold').last().waitFor()
  await inDialog(page, /^Mark 1 task/)
  await closed(page)
  await until(async () => (await installation.run('sales.load', 'by-hand'))?.state === 'success')

  await page.goto('/dags/sales.load/runs/by-hand')
  await press(page, 'Clear')
  await dialog.getByText('3 tasks').first().waitFor()
  await inDialog(page, 'Clear 3 tasks')
  await closed(page)
  await until(async () => (await installation.tasks('sales.load', 'by-hand'))['hold']?.state === 'queued')
  await press(page, 'Cancel')
  await inDialog(page, /^Cancel \d+ task/)
  await closed(page)
  await until(async () => (await installation.run('sales.load', 'by-hand'))?.state === 'cancelled')

  await page.goto('/dags/sales.load/backfills')
  await press(page, 'New backfill')
  await dialog.getByLabel('First logical date').fill('2026-02-01')
  await dialog.getByLabel('Last logical date').fill('2026-02-03')
  await dialog.getByLabel('Runs at a time').fill('1')
  await inDialog(page, 'Show what it would do')
  await dialog.getByText('3 new').waitFor()
  type Backfill = { readonly state: string; readonly total: number }
  const backfills = async () => ((await site.api.ask('GET', '/backfills')).body as { readonly items: readonly Backfill[] }).items
  expect(await backfills(), 'only looked at until now').toEqual([])
  await inDialog(page, 'Start the backfill')
  await closed(page)
  expect(await until(async () => (await backfills())[0])).toMatchObject({ total: 3 })
  await press(page, 'Pause')
  await until(async () => (await backfills())[0]?.state === 'paused')
  await press(page, 'Resume')
  await until(async () => (await backfills())[0]?.state === 'active')
  await press(page, 'Cancel')
  await until(async () => (await backfills())[0]?.state === 'cancelled')
}, 180_000)

it('users, tokens and pools are made, changed and taken away', async () => {
  const site = await UiSite.open()
  const { database } = site.api.installation
  await createUser(database, { name: 'ann', password: null, grants: ADMIN })
  const page = await site.page('/users')
  const dialog = page.getByRole('dialog')
  await press(page, 'New user')
  await dialog.getByLabel('Name', { exact: true }).fill('ben')
  await dialog.getByLabel('Password').fill('correct horse battery')
  await dialog.getByLabel('Namespace').fill('sales')
  await inDialog(page, 'Create')
  await closed(page)
  expect((await readUser(database, 'ben')).grants).toMatchObject([{ role: 'viewer', namespace: 'sales' }])
  await press(page, 'Change ben')
  await dialog.getByRole('button', { name: 'Role', exact: true }).click()
  await dialog.getByLabel('Role', { exact: true }).nth(1).selectOption('operator')
  await dialog.getByLabel('Namespace').nth(1).fill('ml')
  await dialog.getByLabel('Remove this role').first().click()
  await dialog.getByLabel('New password').fill('another horse battery')
  await inDialog(page, 'Save')
  await closed(page)
  expect((await readUser(database, 'ben')).grants).toMatchObject([{ role: 'operator', namespace: 'ml' }])
  expect(await verifyPassword('another horse battery', (await mustFindUser(database, 'ben')).password)).toBe(true)
  await press(page, 'Change ann')
  await dialog.getByLabel('Remove this role').click()
  await inDialog(page, 'Save')
  await dialog.getByText('nobody would be left with the role admin').waitFor()
  await page.keyboard.press('Escape')
  await press(page, 'Change ben')
  await inDialog(page, 'Delete')
  await closed(page)
  await expect(readUser(database, 'ben')).rejects.toThrow()

  await page.goto('/tokens')
  await press(page, 'New token')
  await dialog.locator('[name=name]').fill('nightly')
  await inDialog(page, 'Create')
  const secret = await dialog.locator('code').textContent() ?? ''
  const tokens = () => readTokens(database, { user: 1, after: '', limit: 10 })
  expect((await tokens()).map(({ token, name, limits }) => ({ isIts: secret.includes(token), name, limits }))).toEqual([{ isIts: true, name: 'nightly', limits: [{ role: 'viewer', namespace: '*' }] }])
  await inDialog(page, 'Done')
  await page.reload()
  await page.getByText('nightly').waitFor()
  expect(await page.getByText(secret).count(), 'shown once').toBe(0)
  await press(page, 'Revoke nightly')
  await until(async () => (await tokens()).length === 0)

  await page.goto('/pools')
  await press(page, 'New pool')
  await dialog.getByLabel('Name').fill('warehouse')
  await dialog.getByLabel('Slots').fill('4')
  await inDialog(page, 'Save')
  await closed(page)
  await press(page, 'Change warehouse')
  await dialog.getByLabel('Slots').fill('6')
  await dialog.getByLabel('Description').fill('Connections.')
  await inDialog(page, 'Save')
  await closed(page)
  expect(await listPools(database)).toMatchObject([{ name: 'warehouse', slots: 6, description: 'Connections.' }])
  await press(page, 'Change warehouse')
  await inDialog(page, 'Delete')
  await closed(page)
  expect(await listPools(database)).toEqual([])
}, 180_000)
