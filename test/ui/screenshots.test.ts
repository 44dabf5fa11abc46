import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'vitest'
import { PAGES } from './page-list.js'
import { scenery } from './scenery.js'
import { UiSite } from './site.js'

const FOLDER = process.env['SCREENSHOTS_DIR'] ?? join(import.meta.dirname, '../../docs/screenshots')
const SIZES = { desktop: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const

/** These are kept in every form; of the others one picture is enough for docs, and SCREENSHOTS_DIR with ALL=1 has them all made elsewhere. */
const IN_EVERY_FORM: readonly string[] = ['overview', 'dags', 'grid', 'log']

const isWanted = (name: string, form: string): boolean =>
  (process.env['ONLY']?.split(',').includes(name) ?? true) && (form === 'desktop-light' || IN_EVERY_FORM.includes(name) || process.env['ALL'] === '1')

/** Only `npm run screenshots` makes them (vitest.config.ts): people look at them, and pixels differ from machine to machine. */
it('every page has its picture, some of them light and dark, wide and narrow', async () => {
  const site = await UiSite.open()
  await scenery(site)
  mkdirSync(FOLDER, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const page = await site.page('/dags', { colorScheme, viewport })
      for (const [name, { path, shows }] of Object.entries(PAGES)) {
        if (!isWanted(name, `${size}-${colorScheme}`)) continue
        await page.goto(path)
        await page.locator('main').getByText(shows, { exact: false }).first().waitFor({ state: 'attached' })
        await page.evaluate('document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done()))))')
        await page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`) })
      }
    }
  }
}, 300_000)
