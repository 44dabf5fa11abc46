import { connect } from 'node:net'
import { Counter, Registry } from 'prom-client'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { HealthServer } from '../../shared/observability/health-server.js'

let reason: string | null
let server: HealthServer
const registries = [new Registry(), new Registry()]
new Counter({ name: 'first_total', help: 'x', registers: [registries[0] as Registry] }).inc(2)
new Counter({ name: 'second_total', help: 'x', registers: [registries[1] as Registry] }).inc(3)

beforeEach(async () => {
  reason = null
  server = new HealthServer({ host: '127.0.0.1', port: 0, components: [{ name: 'part', notReady: () => reason }], registries: () => registries })
  await server.start()
})
afterEach(() => server.stop())

const get = (path: string, options: RequestInit = {}): Promise<Response> => fetch(`${server.url}${path}`, options)

it('is ready while every component is, and otherwise says which is not and why', async () => {
  expect((await get('/readyz')).status).toBe(200)
  reason = 'Redis is away'
  const response = await get('/readyz')
  expect(response.status).toBe(503)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ title: 'Not ready', status: 503, detail: 'part: Redis is away', components: [{ component: 'part', reason: 'Redis is away' }] })
  expect((await get('/livez')).status).toBe(200)
})

it('joins the metrics of every registry', async () => {
  const text = await (await get('/metrics')).text()
  expect(text).toContain('first_total 2')
  expect(text).toContain('second_total 3')
})

it('answers GET and HEAD of three paths, and nothing else', async () => {
  expect((await get('/livez?probe=1')).status).toBe(200)
  expect(await (await get('/livez', { method: 'HEAD' })).text()).toBe('')
  expect((await get('/etc/passwd')).status).toBe(404)
  const posted = await get('/metrics', { method: 'POST', body: 'x'.repeat(100) })
  expect(posted.status).toBe(405)
  expect(posted.headers.get('connection')).toBe('close')
})

it('stops at once though a client keeps its connection open; stopping again, or before the start, does nothing', async () => {
  const port = Number(new URL(server.url as string).port)
  const socket = connect(port, '127.0.0.1')
  await new Promise(resolve => socket.once('connect', resolve))
  const started = performance.now()
  await server.stop()
  expect(performance.now() - started).toBeLessThan(4_000)
  expect(server.url).toBeNull()
  await server.stop()
  await new HealthServer({ host: '127.0.0.1', port: 0, components: [], registries: () => [] }).stop()
  socket.destroy()
})

it('says so when its port is taken', async () => {
  const port = Number(new URL(server.url as string).port)
  const second = new HealthServer({ host: '127.0.0.1', port, components: [], registries: () => [] })
  await expect(second.start()).rejects.toMatchObject({ code: 'LS_CONFIG', message: expect.stringContaining(`cannot listen on 127.0.0.1:${port}`) })
  await second.stop()
})
