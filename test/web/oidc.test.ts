import { expect, it } from 'vitest'
import { IdentitySite } from './identity-site.js'
import { CLIENT, OidcServer } from './oidc-server.js'

const BASE = 'http://longshore.test'

async function open(more: Readonly<Record<string, unknown>> = {}) {
  const provider = await OidcServer.start(`${BASE}/api/v1/auth/oidc/callback`)
  const site = await IdentitySite.open('sqlite', {
    oidcIssuer: provider.issuer, oidcClientId: CLIENT.id, oidcClientSecret: CLIENT.secret, publicUrl: BASE, oidcGrants: ['data=operator@sales', 'ops=admin@*'], ...more,
  })
  const begin = async (next = '/dags') => {
    const { status, headers, cookie } = await site.ask('GET', `/auth/oidc/start?next=${encodeURIComponent(next)}`)
    expect(status).toBe(302)
    return { url: String(headers['location']), cookie }
  }
  const finish = (back: string, cookie: string | undefined) => site.ask('GET', back.slice(BASE.length), { headers: { 'sec-fetch-site': 'cross-site', ...(cookie !== undefined && { cookie }) } })
  const login = async (account: string, next?: string) => {
    const { url, cookie } = await begin(next)
    return finish(await provider.visit(url, account), cookie)
  }
  return { provider, site, begin, finish, login }
}

it('somebody signs in through a provider, with the roles of their groups, renewed at each login', async () => {
  const { provider, site, login } = await open()
  expect((await site.ask('GET', '/auth/providers')).body).toEqual({ password: true, oidc: { label: 'Single sign-on', start: '/api/v1/auth/oidc/start' } })
  provider.groups.set('ann', ['data', 'others'])
  const first = await login('ann', '/dags/sales.a?tab=grid')
  expect(first).toMatchObject({ status: 302, headers: { location: '/dags/sales.a?tab=grid' } })
  expect((await site.ask('GET', '/auth/me', { cookie: first.cookie })).body).toEqual({ name: 'ann', kind: 'user', password: false, grants: [{ role: 'operator', namespace: 'sales' }] })
  provider.groups.set('ann', ['ops'])
  const second = await login('ann')
  for (const { cookie } of [first, second]) expect((await site.ask('GET', '/auth/me', { cookie })).body).toMatchObject({ grants: [{ role: 'admin', namespace: '*' }] })
  expect((await site.ask('GET', '/audit', { cookie: second.cookie })).body).toMatchObject({ items: [{ principal: 'ann', action: 'auth.login', status: 302, target: { by: 'openid' } }, { status: 302 }] })
  provider.groups.set('ann', [])
  expect(await login('ann'), 'left every group').toMatchObject({ status: 403, body: { code: 'LS_NOT_ALLOWED' } })
  expect((await site.ask('GET', '/auth/me', { cookie: second.cookie })).body).toMatchObject({ grants: [] })
})

it('nobody is taken for somebody else', async () => {
  const { provider, site, begin, finish, login } = await open()
  for (const id of ['root', 'ann', 'ann/another']) provider.groups.set(id, ['ops'])
  await site.user('root', [{ role: 'admin', namespace: '*' }])
  expect(await login('root'), 'a local user of the same name').toMatchObject({ status: 409, body: { code: 'LS_USER_EXISTS' } })
  expect((await login('ann')).status).toBe(302)
  expect(await login('ann/another'), 'another person to whom the provider gave the same name').toMatchObject({ status: 409 })
  const refused = { status: 502, body: { code: 'LS_LOGIN_PROVIDER' }, headers: { 'content-type': expect.stringContaining('problem+json') } }
  const [mine, theirs] = [await begin(), await begin()]
  const back = await provider.visit(theirs.url, 'ann')
  expect(await finish(back, mine.cookie), 'a login that another browser began').toMatchObject(refused)
  expect(await finish(back, undefined)).toMatchObject({ status: 401, body: { code: 'LS_LOGIN_FAILED' } })
  expect((await finish(back, theirs.cookie)).status).toBe(302)
  expect(await finish(back, theirs.cookie), 'a code that was used').toMatchObject(refused)
  expect(await finish(`${BASE}/api/v1/auth/oidc/callback?error=access_denied&state=x`, mine.cookie)).toMatchObject(refused)
  for (const next of ['//evil.test', 'https://evil.test', '/\\evil.test', '/a\nb']) expect((await site.ask('GET', `/auth/oidc/start?next=${encodeURIComponent(next)}`)).status, next).toBe(400)
})

it('a provider that is away is said to be, and asked again', async () => {
  const { site } = await open({ oidcIssuer: 'http://127.0.0.1:2' })
  for (let count = 0; count < 2; count += 1) expect(await site.ask('GET', '/auth/oidc/start')).toMatchObject({ status: 502, body: { code: 'LS_LOGIN_PROVIDER' } })
})
