import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'vitest'
import { scenery } from './scenery.js'
import { UiSite } from './site.js'

const FOLDER = process.env['SCREENSHOTS_DIR'] ?? join(import.meta.dirname, '../../docs/screenshots')
const RUN = '/dags/analytics.daily_load/runs/tuesday'
const PAGES: Readonly<Record<string, string>> = {
  login: '/login', dags: '/dags', grid: '/dags/analytics.daily_load', graph: '/dags/analytics.daily_load/graph?run=tuesday', durations: '/dags/analytics.daily_load/durations', calendar: '/dags/analytics.daily_load/calendar',
  versions: '/dags/analytics.daily_load/versions', backfills: '/dags/analytics.daily_load/backfills', details: '/dags/analytics.daily_load/details', run: RUN, gantt: `${RUN}?view=gantt`,
  log: `${RUN}/tasks/extract`, task: `${RUN}/tasks/extract?tab=details`, why: `${RUN}/tasks/report?tab=why`, rendered: `${RUN}/tasks/extract?tab=rendered`, runs: '/runs', pools: '/pools',
  workers: '/workers', queues: '/queues', tasks: '/tasks', health: '/health', 'import-errors': '/import-errors', users: '/users', tokens: '/tokens', audit: '/audit',
}
const SIZES = { desktop: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const

/** Only `npm run screenshots` makes them (vitest.config.ts): people look at them, and pixels differ from machine to machine. */
it('every page has its picture, light and dark, wide and narrow', async () => {
  const site = await UiSite.open()
  await scenery(site)
  mkdirSync(FOLDER, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const page = await site.page('/dags', { colorScheme, viewport })
      for (const [name, path] of Object.entries(PAGES)) {
        if (process.env['ONLY'] !== undefined && !process.env['ONLY'].split(',').includes(name)) continue
        await page.goto(path)
        await page.waitForLoadState('load')
        await page.waitForTimeout(500)
        await page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`) })
      }
    }
  }
}, 300_000)
