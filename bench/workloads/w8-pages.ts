import { chromium, type Page } from 'playwright-core'
import { which } from '../../scripts/lib/command.mjs'
import { cellIn, NOTE_INTERACTIVE, shownAt } from '../../test/harness/grid-watch.js'
import { until } from '../../test/harness/wait.js'
import type { App } from '../../web/app.js'
import { quantile } from '../statistics.js'

/** What issue 5 wants of a grid in a browser. */
export const PAGES_TARGET = { interactiveMs: 400, liveMs: 250 } as const
const LOADS = 7
const CHANGES = 7

const GRIDS = [{ dag: 'grid.wide', run: 'r28', runs: 28 }, { dag: 'grid.widest', run: 'r10', runs: 10 }] as const

export interface PageRow {
  readonly page: string
  /** Each load, from the request of the page to the grid's answer to a key. */
  readonly interactiveMs: readonly number[]
  /** Each change, from the answer that told of its commit. */
  readonly liveMs: readonly number[]
  readonly isGood: boolean
}

/** Loads the grids in Chromium, and marks tasks while they are open. */
export async function measurePages(app: App): Promise<PageRow[]> {
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const executablePath = which('chromium') ?? which('chromium-browser')
  if (executablePath === null) throw new Error('there is no chromium')
  // Containers give /dev/shm too little room, and root has no sandbox.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] })
  try {
    const context = await browser.newContext({ baseURL: url, reducedMotion: 'reduce', viewport: { width: 1440, height: 900 }, timezoneId: 'UTC', locale: 'en-GB' })
    const found: PageRow[] = []
    for (const grid of GRIDS) {
      const page = await context.newPage()
      await page.addInitScript(NOTE_INTERACTIVE)
      found.push(await measureGrid(app, page, grid))
      await page.close()
    }
    return found
  } finally {
    await browser.close()
  }
}

async function measureGrid(app: App, page: Page, { dag, run, runs }: (typeof GRIDS)[number]): Promise<PageRow> {
  const interactiveMs: number[] = []
  for (let load = 0; load < LOADS; load += 1) {
    await page.goto(`/dags/${dag}`)
    interactiveMs.push(await until(() => page.evaluate<number | undefined>('window.interactiveAt')))
  }
  const liveMs: number[] = []
  for (let row = 1; row <= CHANGES; row += 1) {
    // An earlier run on the same database may have marked it.
    const state = await page.locator(cellIn(row, runs - 1, 'failed')).count() === 0 ? 'failed' : 'success'
    const seen = shownAt(page, row, runs - 1, state)
    const task = await page.getByRole('rowheader').nth(row).textContent()
    const { statusCode, body } = await app.inject({ method: 'POST', url: `/api/v1/dags/${dag}/mark`, payload: { runs: [run], tasks: [task], state } })
    const committed = Date.now()
    if (statusCode !== 200) throw new Error(`mark: ${statusCode} ${body}`)
    liveMs.push(await seen - committed)
  }
  return { page: `/dags/${dag}`, interactiveMs, liveMs, isGood: quantile(interactiveMs, 0.5) <= PAGES_TARGET.interactiveMs && quantile(liveMs, 0.5) <= PAGES_TARGET.liveMs }
}
