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

  /** A page of its own, as somebody with these grants sees it. */
  page(path: string, { grants = ADMIN, ...options }: BrowserContextOptions & { readonly grants?: readonly Grant[] } = {}): Promise<Page> {
    return openPage(this.url, path, { extraHTTPHeaders: { 'x-test-grants': JSON.stringify(grants) }, ...options })
  }
}

/** A page of a browser that knows nobody. What the browser complains of fails the test. */
export async function openPage(baseURL: string, path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await (await openBrowser()).newContext({ baseURL, reducedMotion: 'reduce', viewport: { width: 1440, height: 900 }, timezoneId: 'UTC', locale: 'en-GB', ...options })
  const complaints: string[] = []
  context.on('weberror', problem => { complaints.push(String(problem.error())) })
  context.on('console', message => { if (message.type() === 'error' && !message.text().includes('Failed to load resource')) complaints.push(message.text()) })
  context.setDefaultTimeout(15_000)
  onTestFinished(async () => {
    await context.close()
    if (complaints.length > 0) throw new Error(`the browser complains:\n${complaints.join('\n')}`)
  })
  const page = await context.newPage()
  await page.goto(path)
  return page
}
