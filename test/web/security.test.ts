import { connect } from 'node:net'
import { Registry } from 'prom-client'
import { expect, it, onTestFinished } from 'vitest'
import { createLog } from '../../shared/log.js'
import { Role } from '../../web/identity/access.js'
import { revokeToken } from '../../web/identity/tokens.js'
import { Web } from '../../web/web.js'
import { Installation } from '../scheduler/installation.js'
import { IdentitySite } from './identity-site.js'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
interface Route {
  readonly method: Method
  readonly path: string
}

/** What a stranger must not read, wherever it could be. */
const SECRET = 'treasure'
const DAG = `sales.${SECRET}`
const PUBLIC = ['GET /auth/providers', 'POST /auth/login']
/** Everybody who is known changes only what is theirs. */
const OWN = ['POST /auth/logout', 'PUT /auth/password', 'POST /tokens', 'DELETE /tokens/{token}']

async function routesOf(site: IdentitySite): Promise<Route[]> {
  const { paths } = (await site.ask('GET', '/openapi.json')).body as { paths: Record<string, Record<string, unknown>> }
  return Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(method => ({ method: method.toUpperCase() as Method, path: path.replace('/api/v1', '') })))
}

/** The path with what there is in the place of its parameters. */
const filled = (path: string): string => path.replace('{dag}', DAG).replace('{run}', 'one').replace('{task}', 'one').replace('{user}', 'root').replace('{namespace}', '*').replace('{pool}', SECRET).replace(/\{\w+\}/g, '1')

/** Pools belong to no namespace: whoever has a role sees how full they are, and not by whose tasks. */
const SHARED = ['GET /pools', 'GET /pools/{pool}']

const BODIES: Readonly<Record<string, object>> = {
  'PATCH /dags/{dag}': { paused: true }, 'POST /dags/{dag}/runs': { run: 'mine' }, 'PUT /pools/{pool}': { slots: 9 }, 'POST /users': { user: 'mine', grants: [{ role: 'admin' }] },
  'PUT /users/{user}/grants/{namespace}': { role: 'viewer' }, 'PUT /users/{user}/password': { password: 'mine alone, for ever' },
}

const newestAction = async (site: IdentitySite): Promise<string> => ((await site.database.query('audit_log').orderBy('audit_id', 'desc').first('action')) as { action: string }).action

async function treasury() {
  const site = await IdentitySite.open()
  await site.installation.scheduler()
  await site.installation.dag(`dag: ${DAG}\ndescription: ${SECRET}\nschedule: null\ntasks: { one: { kind: empty } }\n`)
  await site.installation.trigger(DAG, 'one')
  await site.installation.ended(DAG, 'one')
  await site.user('root', [{ role: Role.admin, namespace: '*' }])
  await site.user('stranger', [{ role: Role.admin, namespace: 'other' }])
  await site.user('reader', [{ role: Role.viewer, namespace: '*' }])
  const root = await site.token('root')
  expect((await site.ask('PUT', `/pools/${SECRET}`, { token: root, body: { slots: 3 } })).status).toBe(200)
  const { database } = site
  // Everything that people can change; the proof that Redis remembers changes by itself.
  const state = async () => JSON.stringify(await Promise.all(['dags', 'dag_runs', 'task_instances', 'pools', 'queues', 'backfills', 'external_events', 'asset_events', 'users', 'user_grants', 'sessions', 'login_codes'].map(table => database.query(table).select())), (key, value: unknown) => (/^epoch_|^recovering_/.test(key) ? undefined : value))
  return { site, root, state, routes: await routesOf(site) }
}

it('no route says or changes anything for nobody, for who was somebody, or for who is somebody elsewhere', async () => {
  const { site, state, routes } = await treasury()
  expect(routes.length).toBeGreaterThan(40)
  const expired = await site.token('root', undefined, 60_000)
  await site.database.query('api_tokens').whereNotNull('expires_at').update({ expires_at: 1 })
  const revoked = await site.token('root')
  await revokeToken(site.database, revoked.split('_')[1] ?? '')
  const stranger = await site.token('stranger')
  const before = await state()
  const names = new Map<string, string>()
  for (const { method, path } of routes) {
    const name = `${method} ${path}`
    if (PUBLIC.includes(name)) continue
    const body = method === 'GET' ? undefined : BODIES[name] ?? {}
    for (const token of [undefined, expired, revoked, 'lst_0000000000000000_0000000000000000000000000000000000000000000']) {
      expect(await site.ask(method, filled(path), { body, token }), name).toMatchObject({ status: 401, body: { code: 'LS_NOT_SIGNED_IN' } })
    }
    if (OWN.includes(name)) continue
    const answer = await site.ask(method, filled(path), { body, token: stranger })
    if (method !== 'GET') names.set(name, await newestAction(site))
    if (path.includes('{dag}')) expect(answer, name).toMatchObject({ status: 404, body: { code: 'LS_DAG_NOT_FOUND', detail: `there is no DAG '${DAG}'` } })
    else if (answer.status < 300) expect(SHARED.includes(name) ? '' : JSON.stringify(answer.body), name).not.toContain(SECRET)
    else expect(answer.status, name).toBeGreaterThanOrEqual(400)
  }
  expect(await state()).toBe(before)
  expect([...names].filter(([, action]) => !/^[a-z]+\.[a-z-]+$/.test(action)), 'what was asked in vain is in the audit log, under a short name').toEqual([])
  expect(Object.fromEntries(names)).toMatchObject({ 'PATCH /dags/{dag}': 'dag.pause', 'POST /dags/{dag}/runs': 'run.trigger', 'POST /dags/{dag}/clear': 'task.clear' })
})

it('a viewer changes nothing', async () => {
  const { site, state, routes } = await treasury()
  const reader = await site.token('reader')
  const before = await state()
  for (const { method, path } of routes.filter(route => route.method !== 'GET')) {
    const name = `${method} ${path}`
    if (PUBLIC.includes(name) || OWN.includes(name)) continue
    expect(await site.ask(method, filled(path), { body: BODIES[name] ?? {}, token: reader }), name).toMatchObject({ status: 403, body: { code: 'LS_NOT_ALLOWED' } })
  }
  expect(await state()).toBe(before)
})

it('every change needs our own page when a cookie says who makes it', async () => {
  const { site, state, routes } = await treasury()
  const cookie = await site.signIn('root')
  const before = await state()
  for (const { method, path } of routes.filter(route => route.method !== 'GET')) {
    const name = `${method} ${path}`
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }] as const) {
      const body = name === 'POST /auth/login' ? { user: 'root', password: 'x' } : BODIES[name] ?? {}
      expect(await site.ask(method, filled(path), { body, cookie, headers }), name).toMatchObject({ status: 403, body: { code: 'LS_FOREIGN_PAGE' } })
    }
  }
  expect(await state()).toBe(before)
})

it('answers carry the headers that keep pages from being framed, sniffed and fed with scripts; bodies have a limit', async () => {
  const site = await IdentitySite.open()
  const { headers } = await site.ask('GET', '/auth/providers')
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN', 'referrer-policy': 'no-referrer' })
  expect(String(headers['content-security-policy'])).toMatch(/default-src 'self'/)
  expect(String(headers['content-security-policy'])).not.toMatch(/script-src[^;]*unsafe/)
  expect(String(headers['content-security-policy'])).toMatch(/font-src 'none'/)
  const body = { user: 'x'.repeat(1024 * 1024), password: 'y' }
  expect(await site.ask('POST', '/auth/login', { body })).toMatchObject({ status: 413, body: { code: 'LS_BODY_TOO_LARGE' } })
})

it('a web process answers on one port, cuts slow clients off, and ends though one holds on', async () => {
  const installation = await Installation.create('sqlite')
  const web = new Web({ config: installation.config(), log: createLog('silent', 'web'), components: [{ name: 'part', notReady: () => 'not yet' }], registries: () => [new Registry()], listenFd: null })
  await web.stop()
  await web.start()
  onTestFinished(() => web.stop())
  const url = web.url as string
  expect(await (await fetch(`${url}/livez`)).json()).toEqual({ live: true })
  expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ status: 503, detail: 'part: not yet' })
  expect((await fetch(`${url}/metrics`)).status).toBe(200)
  expect((await fetch(`${url}/api/v1/auth/me`)).status).toBe(401)
  const login = await web.firstLogin()
  expect(login).toMatch(`${url}/login?code=`)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await new Promise(resolve => socket.once('connect', resolve))
  socket.write('POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{')
  const cut = new Promise(resolve => socket.once('close', resolve))
  socket.on('error', () => {}).resume()
  await web.stop()
  await cut
  expect(web.url).toBeNull()
})

it('without users a web process listens on a loopback address only', async () => {
  const installation = await Installation.create('sqlite')
  const start = (httpHost: string) => new Web({ config: installation.config({ auth: 'none', httpHost }), log: createLog('silent', 'web'), components: [], registries: () => [], listenFd: null }).start()
  await expect(start('0.0.0.0')).rejects.toMatchObject({ code: 'LS_CONFIG', message: expect.stringContaining('everybody there would be an admin') })
})
