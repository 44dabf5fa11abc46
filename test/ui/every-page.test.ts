import { expect, it } from 'vitest'
import { axeViolations } from './axe.js'
import { RUN, PAGES } from './page-list.js'
import { harbour, scenery } from './scenery.js'
import { UiSite } from './site.js'

const LOOKS = { 'desktop, light': { colorScheme: 'light' }, 'telephone, dark': { colorScheme: 'dark', viewport: { width: 390, height: 844 } } } as const

it('every page is free of what axe-core finds, in light and dark, and as wide as a telephone without sideways scrolling', async () => {
  const site = await UiSite.open()
  await scenery(site)
  const walk = async (look: keyof typeof LOOKS): Promise<string[]> => {
    const problems: string[] = []
    const page = await site.page('/dags', LOOKS[look])
    for (const [name, { path, shows }] of Object.entries(PAGES)) {
      // As a link does: the document stays, and with it what axe-core costs to load.
      await page.evaluate(`history.pushState({}, '', ${JSON.stringify(path)})`)
      await page.locator('main').getByText(shows, { exact: false }).first().waitFor({ state: 'attached' }).catch(() => problems.push(`does not show ${shows}`))
      problems.push(...await axeViolations(page))
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
      if (overflow > 0) problems.push(`${overflow} px too wide`)
      const last = problems.length
      problems.splice(0, last, ...problems.map(problem => (problem.startsWith('[') ? problem : `[${name}, ${look}] ${problem}`)))
    }
    return problems
  }
  const found = await Promise.all([walk('desktop, light'), walk('telephone, dark')])
  expect(found.flat()).toEqual([])
}, 300_000)

it('a live run: from the trigger by keyboard to its log', async () => {
  const site = await UiSite.open()
  await harbour(site)
  const page = await site.page('/dags')
  await page.getByRole('link', { name: 'analytics.daily_load' }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('daily')
  await page.getByRole('link', { name: 'ml.train' }).waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'analytics.daily_load' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Trigger', exact: true }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('region').selectOption('asia')
  await dialog.getByLabel('parts').fill('100')
  await dialog.getByRole('button', { name: 'Trigger' }).click()
  await dialog.getByText('At most 64.').waitFor()
  await dialog.getByLabel('parts').fill('8')
  await dialog.getByText('Name and date of the run').click()
  await dialog.getByLabel('Name of the run').fill('by-hand')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'by-hand', exact: true }).first().click()
  await page.getByRole('heading', { name: 'by-hand' }).waitFor()
  // Nobody reloads the page: it is told.
  await page.locator('header [data-state=success]').first().waitFor({ timeout: 25_000 })
  await page.getByRole('link', { name: 'extract', exact: true }).click()
  await page.getByText('read shop 6').waitFor()
  await page.getByText('The attempt has ended.').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('shop 4')
  await page.getByText('1 of 2').waitFor()
  await page.getByRole('button', { name: 'stderr' }).click()
  await page.getByText('1 of 1').waitFor()
  expect(await page.getByText('read shop 6').count()).toBe(0)
}, 180_000)

it('clear and mark say what they will touch before they do; the grid is walked by keys, and its groups fold', async () => {
  const site = await UiSite.open()
  await scenery(site)
  const page = await site.page(RUN)
  await page.getByRole('button', { name: 'Clear' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Only what did not succeed').check()
  await dialog.getByRole('button', { name: 'Clear 4 tasks' }).waitFor()
  await dialog.getByText('load[2]').waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.goto(`${RUN}/tasks/load?mapIndex=2`)
  await page.getByRole('button', { name: 'Mark' }).click()
  await dialog.getByRole('button', { name: /^Mark \d+ task/ }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.locator('header [data-state=success]').first().waitFor()
  await page.goto('/dags/analytics.daily_load')
  const grid = page.getByRole('grid', { name: 'Tasks by run' })
  await grid.getByText('rows').waitFor()
  await page.getByRole('button', { name: 'checks' }).click()
  await grid.getByText('rows').waitFor({ state: 'detached' })
  await grid.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: /^extract in / }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/tasks\/extract$/)
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await page.waitForURL(/\/runs$/)
}, 180_000)

it('what comes from outside is text', async () => {
  const site = await UiSite.open()
  const evil = `<img src=x onerror=document.title='owned'>`
  await site.api.installation.scheduler()
  await site.api.installation.dag(`dag: team.evil\ndescription: ${JSON.stringify(evil)}\nowner: ${JSON.stringify(evil)}\nschedule: null\ntags: [${JSON.stringify(evil)}]\ntasks: { one: { kind: empty } }\n`)
  const page = await site.page('/dags')
  await page.getByText(evil).first().waitFor()
  expect(await page.title()).toBe('DAGs · Longshore')
  expect(await page.locator('main img').count()).toBe(0)
}, 180_000)
