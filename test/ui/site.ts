import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { which } from '../../scripts/lib/command.mjs'
import { ensureUi } from '../../scripts/lib/ensure-build.mjs'
import type { Grant } from '../../web/identity/access.js'
import { atEnd } from '../harness/cleanup.js'
import { ADMIN, ApiSite } from '../web/site.js'

let browser: Promise<Browser> | undefined

/** One Chromium for all tests of a file. */
function openBrowser(): Promise<Browser> {
  if (browser === undefined) {
    const executablePath = which('chromium') ?? which('chromium-browser')
    if (executablePath === null) throw new Error('there is no chromium: npm test installs it')
    // Containers give /dev/shm too little room, and root has no sandbox.
    browser = chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'] })
    atEnd(async () => { await (await browser)?.close() })
  }
  return browser
}

/** The pages of a real web process, in a real browser. */
export class UiSite {
  private constructor(readonly api: ApiSite, readonly url: string) {}

  static async open(): Promise<UiSite> {
    await ensureUi()
    const api = await ApiSite.open()
    return new UiSite(api, await api.app.listen({ host: '127.0.0.1', port: 0 }))
  }

  /** A page of its own, as somebody with these grants sees it. What the browser complains of fails the test. */
  async page(path: string, { grants = ADMIN, ...options }: BrowserContextOptions & { readonly grants?: readonly Grant[] } = {}): Promise<Page> {
    const context = await (await openBrowser()).newContext({
      baseURL: this.url, reducedMotion: 'reduce', viewport: { width: 1440, height: 900 }, timezoneId: 'UTC', locale: 'en-GB', extraHTTPHeaders: { 'x-test-grants': JSON.stringify(grants) }, ...options,
    })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('console', message => { if (message.type() === 'error' && !message.text().includes('Failed to load resource')) complaints.push(message.text()) })
    onTestFinished(async () => {
      await context.close()
      if (complaints.length > 0) throw new Error(`the browser complains:\n${complaints.join('\n')}`)
    })
    page.setDefaultTimeout(15_000)
    await page.goto(path)
    return page
  }
}
