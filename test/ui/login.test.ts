import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { ensureUi } from '../../scripts/lib/ensure-build.mjs'
import type { ConfigKey } from '../../shared/config/schema.js'
import { deleteSessionsOf } from '../../shared/database/tables/sessions.js'
import { makeLoginCode } from '../../web/identity/sessions.js'
import { mustFindUser } from '../../web/identity/users.js'
import { freePort } from '../harness/free-port.js'
import { ADMIN, IdentitySite, PASSWORD } from '../web/identity-site.js'
import { CLIENT, OidcServer } from '../web/oidc-server.js'
import { openPage } from './site.js'

async function open(port = 0, more: Partial<Record<ConfigKey, unknown>> = {}) {
  await ensureUi()
  const site = await IdentitySite.open('sqlite', more)
  return { site, url: await site.app.listen({ host: '127.0.0.1', port }) }
}

async function signIn(page: Page, user: string, password: string): Promise<void> {
  await page.getByLabel('User').fill(user)
  await page.getByLabel('Password').fill(password)
  await page.keyboard.press('Enter')
}
const told = (page: Page, text: string | RegExp) => page.getByRole('alert').getByText(text).waitFor()

it('a password or a one-time code signs in; what is wrong is said; whose session has ended comes back to the page where they were', async () => {
  const { site, url } = await open()
  await site.user('ann', ADMIN, PASSWORD)
  const { user_key: ann } = await mustFindUser(site.database, 'ann')
  const page = await openPage(url, '/pools?from=here')
  await page.waitForURL(/\/login\?next=/)
  await signIn(page, 'ann', 'wrong horse battery')
  await told(page, 'the name or the password is wrong')
  await signIn(page, 'Ann', PASSWORD)
  await page.getByRole('heading', { name: 'Pools' }).waitFor()
  expect(page.url(), 'the page that was asked for').toMatch(/\/pools/)

  await deleteSessionsOf(site.database, ann)
  await page.getByRole('button', { name: 'New pool' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('warehouse')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.waitForURL(/\/login\?next=%2Fpools/)
  await signIn(page, 'ann', PASSWORD)
  await page.getByRole('button', { name: 'New pool' }).waitFor()

  await page.getByRole('button', { name: 'ann', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Password now').fill('not this one')
  await dialog.getByLabel('New password').fill('another horse battery')
  await dialog.getByRole('button', { name: 'Change the password' }).click()
  await told(page, 'the name or the password is wrong')
  await dialog.getByLabel('Password now').fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Change the password' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect((await site.ask('POST', '/auth/login', { body: { user: 'ann', password: 'another horse battery' } })).status).toBe(204)

  const code = await makeLoginCode(site.database, ann)
  const other = await openPage(url, `/login?code=${code}`)
  // A link of somebody else would have people work in their name: it asks first.
  await other.getByText('only if it is from your own terminal').waitFor()
  expect(await other.context().cookies()).toEqual([])
  await other.getByRole('button', { name: 'Sign in with the code' }).click()
  await other.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.goto(`/login?code=${code}`)
  await page.getByRole('button', { name: 'Sign in with the code' }).press('Enter')
  await told(page, 'the code is not valid, was used already or has expired')
  await page.goto('/login?next=//evil.test/')
  expect(await page.getByRole('link').count()).toBe(0)
  // However slow the machine is, the wait has grown longer than a guess takes before long.
  await signIn(page, 'bea', 'a guess')
  await expect.poll(async () => {
    await page.getByRole('button', { name: 'Sign in' }).click()
    return page.getByRole('alert').textContent({ timeout: 2_000 })
  }, { timeout: 20_000 }).toMatch(/too many wrong logins; the next one is allowed in \d+ s/)
}, 180_000)

it('who signs out leaves nothing behind: the stream of changes ends, and so do the other pages of the browser', async () => {
  const { site, url } = await open()
  await site.user('ann', ADMIN)
  const page = await openPage(url, '/login')
  const { user_key: ann } = await mustFindUser(site.database, 'ann')
  const streams: string[] = []
  page.on('request', request => { if (request.url().includes('/changes?')) streams.push('opened') })
  page.on('requestfailed', request => { if (request.url().includes('/changes?')) streams.push('ended') })
  page.on('requestfinished', request => { if (request.url().includes('/changes?')) streams.push('ended') })
  await page.goto(`/login?code=${await makeLoginCode(site.database, ann)}`)
  await page.getByRole('button', { name: 'Sign in with the code' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  const second = await page.context().newPage()
  await second.goto('/runs')
  await second.getByRole('heading', { name: 'Runs' }).waitFor()
  await expect.poll(() => streams).toEqual(['opened'])
  await page.getByRole('button', { name: 'Sign out' }).click()
  for (const each of [page, second]) await each.waitForURL(/\/login$/)
  await expect.poll(() => streams).toEqual(['opened', 'ended'])
  await page.goBack()
  await page.waitForURL(/\/login\?next=/)
  expect(await page.context().cookies()).toEqual([])
}, 180_000)

it('a provider signs in, and what it refuses is said in words on the login page', async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const provider = await OidcServer.start(`${url}/api/v1/auth/oidc/callback`)
  await open(port, { oidcIssuer: provider.issuer, oidcClientId: CLIENT.id, oidcClientSecret: CLIENT.secret, publicUrl: url, oidcGrants: ['data=operator@sales'] })
  const page = await openPage(url, '/runs?state=failed')
  const through = async (name: string) => {
    await page.getByRole('link', { name: 'Single sign-on' }).click()
    await page.locator('[name=login]').fill(name)
    await page.locator('[name=password]').fill('any')
    await page.getByRole('button').click()
    await page.getByRole('button', { name: 'Continue' }).click()
  }
  await through('eve')
  await page.waitForURL(/\/login\?problem=LS_NOT_ALLOWED$/)
  await told(page, 'none of your groups has a role here')
  await page.goto('/api/v1/auth/oidc/callback?code=made-up&state=too')
  await told(page, 'begun in another browser')
  await page.goto('/login?problem=%3Cb%3Ehello&next=%2Fruns%3Fstate%3Dfailed')
  await told(page, 'The login did not work.')
  await page.context().clearCookies()
  provider.groups.set('ann', ['data'])
  await through('ann')
  await page.waitForURL(`${url}/runs?state=failed`)
  await page.getByRole('button', { name: 'ann', exact: true }).click()
  await page.getByText('operator in sales').waitFor()
}, 180_000)
