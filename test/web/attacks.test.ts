import { connect, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { problemOf } from '../../web/http/problem.js'
import { Role } from '../../web/identity/access.js'
import { until } from '../harness/wait.js'
import { ADMIN, IdentitySite, PASSWORD } from './identity-site.js'

const inSales = [{ role: Role.operator, namespace: 'sales' }]

it('a page of another site logs nobody in, also from a browser that tells only an origin', async () => {
  const site = await IdentitySite.open()
  await site.user('eve', inSales, PASSWORD)
  const login = (headers: Record<string, string>) => site.ask('POST', '/auth/login', { body: { user: 'eve', password: PASSWORD }, headers })
  for (const headers of [{ origin: 'https://evil.test' }, { origin: 'null' }, { origin: 'https://longshore.test.evil.test' }, { origin: 'http://longshore.test', 'sec-fetch-site': 'cross-site' }] as Record<string, string>[]) {
    expect(await login(headers), JSON.stringify(headers)).toMatchObject({ status: 403, body: { code: 'LS_FOREIGN_PAGE' }, cookie: undefined })
  }
  expect((await login({ origin: 'http://longshore.test' })).status).toBe(204)
})

it('a login through a provider leads to a page of this site, whatever the cookie says', async () => {
  const site = await IdentitySite.open('sqlite', { oidcIssuer: 'http://127.0.0.1:1', oidcClientId: 'x' })
  for (const next of ['//evil.test', '/\\evil.test', 'https://evil.test', 'javascript:alert(1)']) {
    expect(await site.ask('GET', `/auth/oidc/start?next=${encodeURIComponent(next)}`), next).toMatchObject({ status: 400 })
    const cookie = `longshore_oidc=${Buffer.from(JSON.stringify({ state: 's', nonce: 'n', verifier: 'v', next })).toString('base64url')}`
    expect(await site.ask('GET', '/auth/oidc/callback?code=c&state=s', { cookie }), next).toMatchObject({ status: 401, body: { code: 'LS_LOGIN_FAILED' } })
  }
})

it('a token that may little does not end the other tokens of its user, but itself', async () => {
  const site = await IdentitySite.open()
  await site.user('ann', ADMIN)
  const idOf = (token: string) => token.split('_')[1] ?? ''
  const [weak, strong, other] = [await site.token('ann', [{ role: Role.viewer, namespace: 'sales' }]), await site.token('ann'), await site.token('ann')]
  expect(await site.ask('DELETE', `/tokens/${idOf(strong)}`, { token: weak })).toMatchObject({ status: 404, body: { code: 'LS_TOKEN_NOT_FOUND' } })
  expect((await site.ask('DELETE', `/tokens/${idOf(other)}`, { token: strong })).status).toBe(204)
  expect((await site.ask('DELETE', `/tokens/${idOf(weak)}`, { token: weak })).status).toBe(204)
})

it('requests are counted wherever they go, and a network of addresses is one place', async () => {
  const site = await IdentitySite.open('sqlite', { requestsPerMinute: 5 })
  const statuses: number[] = []
  for (let count = 0; count < 6; count += 1) statuses.push((await site.app.inject({ url: `/api/v1/nothing/${count}`, remoteAddress: `2001:db8::${count}` })).statusCode)
  expect(statuses).toEqual([404, 404, 404, 404, 404, 429])
  expect((await site.app.inject({ url: '/api/v1/auth/providers', remoteAddress: '2001:db8:0:1::1' })).statusCode).toBe(200)
})

it('what only asks whether a stream is there takes no place among the streams', async () => {
  const site = await IdentitySite.open()
  await site.user('ann', inSales)
  const token = await site.token('ann')
  for (let count = 0; count < 101; count += 1) {
    const { statusCode } = await site.app.inject({ method: 'HEAD', url: '/api/v1/changes?topics=dags', headers: { authorization: `Bearer ${token}` } })
    expect(statusCode).toBe(200)
  }
})

it('an outage tells nobody where the database is and as whom it is asked', () => {
  const secret = 'db-7.internal:3306'
  const problem = problemOf(Object.assign(new Error(`connect ECONNREFUSED ${secret}`), { code: 'ECONNREFUSED' }))
  expect(problem).toMatchObject({ status: 503, code: 'LS_DATABASE_UNREACHABLE' })
  expect(JSON.stringify([problem, problemOf(new Error(`Access denied for user 'longshore'@'${secret}'`))])).not.toContain(secret)
})

it('requests that no browser would send are answered, or cut off', async () => {
  const site = await IdentitySite.open('sqlite', { auth: 'none' })
  await site.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = site.app.server.address() as AddressInfo
  const raw = (text: string): Promise<string> => new Promise(resolve => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => { socket.write(text) })
    socket.on('data', data => { answer += String(data) }).on('error', () => {}).once('close', () => resolve(answer))
  })
  const all = await Promise.all([
    raw('GET /api/v1/users HTTP/1.0\r\n\r\n'),
    raw('GET /..%2f..%2f..%2fetc/passwd HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'),
    raw('GET /static/../../../../etc/passwd HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'),
    raw(`GET /api/v1/users HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`),
    raw('POST /api/v1/users HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 30\r\n\r\n{"__proto__":{"user":"polluted'),
  ])
  expect(all[0], 'without a name nothing is answered to somebody who needs none').toMatch(/^HTTP\/1\.1 403/)
  for (const answer of all.slice(1, 3)) expect(answer).not.toContain('root:')
  expect(all[3]).toMatch(/^HTTP\/1\.1 431/)
  expect(all[4]).toMatch(/^HTTP\/1\.1 400/)
  await until(() => new Promise<boolean>(resolve => { site.app.server.getConnections((_, count) => { resolve(count === 0) }) }))
})
