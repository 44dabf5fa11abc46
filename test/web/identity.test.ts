import { describe, expect, it } from 'vitest'
import { Role } from '../../web/identity/access.js'
import { firstLogin } from '../../web/identity/first-login.js'
import { Housekeeper } from '../../web/identity/housekeeper.js'
import { revokeRole } from '../../web/identity/users.js'
import { until } from '../harness/wait.js'
import { DIALECTS } from '../scheduler/installation.js'
import { ADMIN, IdentitySite, PASSWORD } from './identity-site.js'

const HOUR = 3_600_000
const inSales = [{ role: Role.operator, namespace: 'sales' }]

describe.each(DIALECTS)('on %s', dialect => {
  it('a session begins with the password, is nobody else\'s, and ends by logout, by time and with the password', async () => {
    const site = await IdentitySite.open(dialect)
    await site.user('ann', inSales, PASSWORD)
    const wrong = await site.ask('POST', '/auth/login', { body: { user: 'ann', password: 'wrong horse battery' } })
    expect(wrong).toMatchObject({ status: 401, body: { code: 'LS_LOGIN_FAILED' }, cookie: undefined })
    const unknown = await site.ask('POST', '/auth/login', { body: { user: 'bob', password: 'wrong horse battery' } })
    expect(unknown.body).toEqual(wrong.body)
    const login = await site.ask('POST', '/auth/login', { body: { user: ' Ann ', password: PASSWORD } })
    expect(login.headers['set-cookie']).toMatch(/^longshore_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/)
    const first = login.cookie
    expect((await site.ask('GET', '/auth/me', { cookie: first })).body).toEqual({ name: 'ann', kind: 'user', grants: inSales, password: true })
    expect(JSON.stringify(await site.database.query('sessions').select())).not.toContain(first?.split('=')[1])
    const second = (await site.ask('POST', '/auth/login', { body: { user: 'ann', password: PASSWORD }, cookie: first })).cookie
    expect(await site.ask('GET', '/auth/me', { cookie: first }), 'the session before the login').toMatchObject({ status: 401 })

    const other = await site.signIn('ann')
    expect(await site.ask('POST', '/auth/logout', { cookie: other })).toMatchObject({ status: 204, cookie: 'longshore_session=' })
    expect(await site.ask('GET', '/auth/me', { cookie: other })).toMatchObject({ status: 401 })
    const elsewhere = await site.signIn('ann')
    expect(await site.ask('PUT', '/auth/password', { cookie: second, body: { current: 'no', password: 'another long one' } })).toMatchObject({ status: 401 })
    expect(await site.ask('PUT', '/auth/password', { cookie: second, body: { current: PASSWORD, password: 'short' } })).toMatchObject({ status: 422, body: { code: 'LS_USER_INVALID' } })
    const third = (await site.ask('PUT', '/auth/password', { cookie: second, body: { current: PASSWORD, password: 'another long one' } })).cookie
    for (const [cookie, status] of [[second, 401], [elsewhere, 401], [third, 200]] as const) expect((await site.ask('GET', '/auth/me', { cookie })).status).toBe(status)
    await site.database.query('sessions').update({ seen_at: Date.now() - 13 * HOUR })
    expect(await site.ask('GET', '/auth/me', { cookie: third })).toMatchObject({ status: 401 })
    await new Housekeeper(site.database, site.installation.config()).runOnce()
    expect(await site.database.query('sessions').select()).toEqual([])
  })

  it('a token may what its user and its limits allow, until it expires or is revoked', async () => {
    const site = await IdentitySite.open(dialect)
    await site.user('ann', inSales)
    await site.user('root', ADMIN)
    const [ann, root] = [await site.signIn('ann'), await site.signIn('root')]
    const made = await site.ask('POST', '/tokens', { cookie: ann, body: { name: 'ci', limits: [{ role: 'viewer' }] } })
    const { secret, token } = made.body as { secret: string; token: string }
    expect(secret).toMatch(new RegExp(`^lst_${token}_[\\w-]{43}$`))
    expect((await site.ask('GET', '/auth/me', { token: secret })).body).toEqual({ name: 'ann (token ci)', kind: 'token', grants: [{ role: 'viewer', namespace: 'sales' }], password: false })
    const [stored] = await site.database.query('api_tokens').select() as { hash: string; last_used_at: number }[]
    expect(JSON.stringify(stored)).not.toContain(secret.slice(-43))
    expect(stored?.last_used_at).toEqual(expect.any(Number))
    expect(await site.ask('POST', '/tokens', { token: secret, body: { name: 'more' } })).toMatchObject({ status: 403 })
    expect(await site.ask('PUT', '/auth/password', { token: secret, body: { current: PASSWORD, password: 'another long one' } })).toMatchObject({ status: 403 })
    expect(await site.ask('GET', '/auth/me', { token: `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}` })).toMatchObject({ status: 401 })
    expect(await site.ask('GET', '/auth/me', { token: 'nonsense', cookie: ann }), 'the cookie does not make it good').toMatchObject({ status: 401 })
    expect(await site.ask('POST', '/tokens', { cookie: ann, body: { name: 'ci' } })).toMatchObject({ status: 409, body: { code: 'LS_TOKEN_EXISTS' } })
    expect(await site.ask('GET', '/tokens?user=root', { cookie: ann })).toMatchObject({ status: 403 })
    expect((await site.ask('GET', '/tokens?user=*', { cookie: root })).body).toMatchObject({ items: [{ token, user: 'ann', name: 'ci' }], next: null })

    const short = await site.token('ann', ADMIN, 60_000)
    await site.database.query('api_tokens').whereNot({ token_id: token }).update({ expires_at: Date.now() - 1 })
    expect(await site.ask('GET', '/auth/me', { token: short })).toMatchObject({ status: 401 })
    await site.user('eve', inSales)
    const eve = await site.signIn('eve')
    expect(await site.ask('DELETE', `/tokens/${token}`, { cookie: eve })).toMatchObject({ status: 404 })
    expect(await site.ask('DELETE', `/tokens/${token}`, { cookie: ann })).toMatchObject({ status: 204 })
    expect(await site.ask('GET', '/auth/me', { token: secret })).toMatchObject({ status: 401 })
  })

  it('admins look after users, one of them is always left, and the audit log has who did what', async () => {
    const site = await IdentitySite.open(dialect)
    await site.user('root', ADMIN)
    const cookie = await site.signIn('root')
    expect(await site.ask('POST', '/users', { cookie, body: { user: 'Bob@example.com', grants: [{ role: 'viewer', namespace: 'ml' }] } })).toMatchObject({ status: 201, body: { user: 'bob@example.com', password: false } })
    expect(await site.ask('POST', '/users', { cookie, body: { user: 'BOB@example.com' } })).toMatchObject({ status: 409 })
    const { code } = (await site.ask('POST', '/users/bob@example.com/login-code', { cookie })).body as { code: string }
    const redeemed = await Promise.all([1, 2, 3].map(() => site.ask('POST', '/auth/login', { body: { code } })))
    expect(redeemed.map(({ status }) => status).sort()).toEqual([204, 401, 401])
    const bob = redeemed.find(({ status }) => status === 204)?.cookie
    expect((await site.ask('GET', '/audit?action=auth.login', { cookie })).body).toMatchObject({ items: [{ principal: 'bob@example.com', target: { by: 'code' } }] })
    expect(await site.ask('GET', '/users', { cookie: bob })).toMatchObject({ status: 403 })
    expect((await site.ask('PUT', '/users/bob@example.com/grants/ml', { cookie, body: { role: 'author' } })).body).toMatchObject({ grants: [{ role: 'author', namespace: 'ml', source: 'local' }] })
    expect((await site.ask('GET', '/auth/me', { cookie: bob })).body, 'at once').toMatchObject({ grants: [{ role: 'author', namespace: 'ml' }] })

    for (const [method, path, body] of [['DELETE', '/users/root'], ['DELETE', '/users/root/grants/*'], ['PUT', '/users/root/grants/*', { role: 'viewer' }]] as const) {
      expect(await site.ask(method, path, { cookie, body }), path).toMatchObject({ status: 409, body: { code: 'LS_LAST_ADMIN' } })
    }
    await site.ask('PUT', '/users/bob@example.com/grants/*', { cookie, body: { role: 'admin' } })
    const both = await Promise.allSettled(['root', 'bob@example.com'].map(name => revokeRole(site.database, name, '*')))
    expect(both.map(({ status }) => status).sort(), 'of two who take each other\'s role').toEqual(['fulfilled', 'rejected'])
    const admin = both[0]?.status === 'rejected' ? cookie : bob
    const { items } = (await site.ask('GET', '/audit?action=user.create', { cookie: admin })).body as { items: unknown[] }
    expect(items).toEqual([
      expect.objectContaining({ principal: 'root', status: 409, code: 'LS_USER_EXISTS' }),
      { id: expect.any(Number), at: expect.any(String), principal: 'root', action: 'user.create', dag: null, target: { user: 'Bob@example.com', grants: ['viewer@ml'] }, bodyDigest: expect.stringMatching(/^[0-9a-f]{64}$/), status: 201, code: null, address: '127.0.0.1' },
    ])
    const page = (await site.ask('GET', '/audit?limit=2&principal=root', { cookie: admin })).body as { items: { id: number }[]; next: string }
    const next = (await site.ask('GET', `/audit?limit=2&principal=root&cursor=${page.next}`, { cookie: admin })).body as { items: { id: number }[] }
    expect([...page.items, ...next.items].map(({ id }) => id)).toEqual([...page.items, ...next.items].map(({ id }) => id).sort((a, b) => b - a))
    await site.database.query('audit_log').update({ created_at: 0 })
    await new Housekeeper(site.database, site.installation.config({ auditKeep: 'forever' })).runOnce()
    expect(await site.database.query('audit_log').select()).not.toEqual([])
    await new Housekeeper(site.database, site.installation.config()).runOnce()
    expect(await site.database.query('audit_log').select()).toEqual([])
  })

  it('a POST with a key takes effect once', async () => {
    const site = await IdentitySite.open(dialect)
    await site.installation.scheduler()
    await site.installation.dag('dag: sales.a\nschedule: null\ntasks: { one: { kind: empty } }\n')
    await site.user('ann', inSales)
    await site.user('bob', inSales)
    const [token, other] = [await site.token('ann'), await site.token('bob')]
    const trigger = (key: string, body: object = {}, by = token) => site.ask('POST', '/dags/sales.a/runs', { token: by, body, headers: { 'idempotency-key': key } })
    const first = await trigger('k1')
    expect(first.status).toBe(201)
    const again = await trigger('k1')
    expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'idempotency-replayed': 'true' } })
    expect(await trigger('k1', { run: 'x' })).toMatchObject({ status: 409, body: { code: 'LS_IDEMPOTENCY_REUSED' } })
    expect((await trigger('k1', {}, other)).headers, 'a key is its sender\'s').not.toHaveProperty('idempotency-replayed')
    // A request that failed may be sent again with its key.
    expect(await trigger('k2', { run: 'twice', logicalDate: 'never' })).toMatchObject({ status: 422 })
    const answers = await Promise.all([1, 2, 3].map(() => trigger('k3', { run: 'at-once' })))
    expect(answers.map(({ status }) => status).every(status => status === 201 || status === 409)).toBe(true)
    expect((await site.ask('GET', '/dags/sales.a/runs', { token })).body).toMatchObject({ items: { length: 3 } })
    await site.database.query('idempotency_keys').update({ status: null })
    expect(await trigger('k3', { run: 'at-once' })).toMatchObject({ status: 409, body: { code: 'LS_IDEMPOTENCY_BUSY' }, headers: { 'retry-after': '1' } })
    await site.database.query('idempotency_keys').update({ created_at: Date.now() - HOUR })
    expect(await trigger('k3', { run: 'at-once' }), 'taken over from a process that is gone').toMatchObject({ status: 409, body: { code: 'LS_RUN_EXISTS' } })
  })
})

it('who guesses passwords waits, and nobody is locked out by it', async () => {
  const site = await IdentitySite.open()
  await site.user('ann', inSales, PASSWORD)
  const guess = (password = 'wrong') => site.ask('POST', '/auth/login', { body: { user: 'ann', password } })
  const answers = await Promise.all(Array.from({ length: 8 }, () => guess()))
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
  expect(answers.find(({ status }) => status === 429)).toMatchObject({ body: { code: 'LS_TOO_MANY_REQUESTS' }, headers: { 'retry-after': '1' } })
  await until(async () => (await guess(PASSWORD)).status === 204)
})

it('one address may not ask without end', async () => {
  const site = await IdentitySite.open('sqlite', { requestsPerMinute: 3 })
  const answers = []
  for (let count = 0; count < 4; count += 1) answers.push(await site.ask('GET', '/auth/providers'))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
  expect(answers[3]).toMatchObject({ body: { code: 'LS_TOO_MANY_REQUESTS' }, headers: { 'retry-after': expect.any(String) } })
})

it('behind a proxy with https, cookies are sent over https only, and a forwarded address counts when the proxy is trusted', async () => {
  const site = await IdentitySite.open('sqlite', { publicUrl: 'https://longshore.example', trustedProxies: ['127.0.0.1'] })
  await site.user('root', ADMIN, PASSWORD)
  const login = await site.ask('POST', '/auth/login', { body: { user: 'root', password: PASSWORD }, headers: { 'x-forwarded-for': '203.0.113.9' } })
  expect(login.headers['set-cookie']).toMatch(/^__Host-longshore_session=.*; Secure; SameSite=Lax$/)
  expect((await site.ask('GET', '/audit', { cookie: login.cookie })).body).toMatchObject({ items: [{ action: 'auth.login', principal: 'root', target: { by: 'password' }, address: '203.0.113.9' }] })
})

it('without users everybody is an admin, but no page of another site is', async () => {
  const site = await IdentitySite.open('sqlite', { auth: 'none' })
  const host = '127.0.0.1:8080'
  expect((await site.ask('GET', '/users', { headers: { host } })).status).toBe(200)
  expect(await site.ask('GET', '/users', { headers: { host: 'evil.test' } }), 'a name that resolves to us').toMatchObject({ status: 403, body: { code: 'LS_FOREIGN_PAGE' } })
  const create = (headers: Record<string, string>) => site.ask('POST', '/users', { body: { user: 'x' }, headers: { host, ...headers } })
  expect(await create({ origin: 'https://evil.test' })).toMatchObject({ status: 403 })
  expect(await create({ 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 })
  expect(await create({})).toMatchObject({ status: 201 })
})

it('the first user has one code at a time, until somebody can sign in', async () => {
  const site = await IdentitySite.open()
  const [lost, code] = [await firstLogin(site.database), await firstLogin(site.database)]
  expect(await site.ask('POST', '/auth/login', { body: { code: lost } })).toMatchObject({ status: 401 })
  const { cookie } = await site.ask('POST', '/auth/login', { body: { code } })
  expect((await site.ask('GET', '/auth/me', { cookie })).body).toMatchObject({ name: 'admin', grants: ADMIN, password: false })
  expect((await site.ask('PUT', '/auth/password', { cookie, body: { password: PASSWORD } })).status).toBe(204)
  expect(await firstLogin(site.database)).toBeNull()
  expect((await site.ask('POST', '/auth/login', { body: { user: 'admin', password: PASSWORD } })).status).toBe(204)
})
