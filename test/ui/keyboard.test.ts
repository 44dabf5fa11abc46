import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { ensureUi } from '../../scripts/lib/ensure-build.mjs'
import { until } from '../harness/wait.js'
import { ADMIN, IdentitySite, PASSWORD } from '../web/identity-site.js'
import { openPage } from './site.js'

interface Focused {
  readonly name: string
  readonly isSeen: boolean
  readonly isInDialog: boolean
}

const MOST_STOPS = 80

const FOCUSED = `(() => {
  const element = document.activeElement
  if (element === null || element === document.body) return null
  const { outlineStyle, outlineWidth } = getComputedStyle(element)
  const { width, top, bottom } = element.getBoundingClientRect()
  return {
    name: element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent.trim(), isInDialog: element.closest('dialog') !== null,
    isSeen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && width > 0 && bottom > 0 && top < innerHeight,
  }
})()`

/** What has the focus; null: nothing of the page. */
const focused = (page: Page): Promise<Focused | null> => page.evaluate<Focused | null>(FOCUSED)

/** Goes on by Tab until something of this name has the focus. Wherever the focus is on the way, it can be seen. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab')
    const found = await focused(page)
    if (found === null) continue
    expect(found, 'a focus that can be seen').toMatchObject({ isSeen: true })
    if (typeof name === 'string' ? found.name === name : name.test(found.name)) return
  }
  throw new Error(`Tab never comes to ${String(name)}`)
}

it('all of it goes by keyboard: login, DAG, grid, log, clear; the focus is always seen, stays in a dialog and comes back from it', async () => {
  await ensureUi()
  const site = await IdentitySite.open()
  const { installation } = site
  await installation.scheduler()
  installation.worker({ answer: () => ({ exitCode: 0 }) })
  await installation.dag('dag: sales.load\nschedule: null\ndefaults: { kind: process }\ntasks: { one: { shell: x }, two: { shell: x, after: [one] }, three: { shell: x, after: [two] } }\n')
  for (const run of ['r1', 'r2']) {
    await installation.trigger('sales.load', run)
    await installation.ended('sales.load', run)
  }
  await site.user('ann', ADMIN, PASSWORD)
  const page = await openPage(await site.app.listen({ host: '127.0.0.1', port: 0 }), '/')

  await page.getByLabel('User').waitFor()
  await page.keyboard.type('ann')
  await page.keyboard.press('Tab')
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  for (const key of ['g', 'd']) await page.keyboard.press(key)
  await page.getByRole('link', { name: 'sales.load' }).waitFor()
  await tabTo(page, 'Skip to the content')
  await page.keyboard.press('Enter')
  await tabTo(page, 'sales.load')
  await page.keyboard.press('Enter')
  await page.getByRole('grid').waitFor()
  await tabTo(page, 'Tasks by run')
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowLeft', 'ArrowUp']) await page.keyboard.press(key)
  await page.getByText('two, r1: success').waitFor({ state: 'attached' })
  await page.keyboard.press('Enter')
  const details = page.getByRole('region', { name: 'two in r1' })
  await details.getByRole('link', { name: 'Log' }).waitFor()
  expect(new URL(page.url()).search).toBe('?run=r1&task=two')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'one in r1' }).waitFor()
  await tabTo(page, 'Close the details')
  await page.keyboard.press('Escape')
  await page.getByRole('region', { name: 'one in r1' }).waitFor({ state: 'detached' })
  expect(await focused(page)).toMatchObject({ name: 'Tasks by run' })
  for (const key of ['ArrowDown', 'Enter']) await page.keyboard.press(key)
  await details.waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/runs\/r1\/tasks\/two$/)
  await page.getByRole('region', { name: 'Lines of the log' }).waitFor()
  await tabTo(page, 'Clear')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Clear 2 tasks' }).waitFor()
  for (let stop = 0; stop < 15; stop += 1) {
    expect(await focused(page) ?? { isInDialog: true }).toMatchObject({ isInDialog: true })
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await focused(page)).toMatchObject({ name: 'Clear' })
  await page.keyboard.press('Enter')
  await tabTo(page, 'Clear 2 tasks')
  await page.keyboard.press('Enter')
  await until(async () => { const { two, three } = await installation.tasks('sales.load', 'r1'); return two?.fence === 2 && three?.fence === 2 })
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard' }).getByText('Search on this page').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('g')
  await page.keyboard.press('p')
  await page.getByRole('heading', { name: 'Pools' }).waitFor()
}, 180_000)
