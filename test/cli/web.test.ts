import { spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { atEnd } from '../harness/cleanup.js'
import { childEnvironment } from '../harness/environment.js'
import { LongshoreProcess } from '../harness/longshore.js'
import { checkMetrics } from '../harness/promtool.js'
import { askDepot } from '../harness/run-context.js'
import { Installation } from '../scheduler/installation.js'
import { Workplace } from './setting.js'

/** `longshore web` with a listening socket as its descriptor 3, as systemd starts it. */
async function startWithSocket(fd: number, env: Readonly<Record<string, string>>): Promise<LongshoreProcess> {
  const { entry } = await askDepot('build')
  // The variable names the process itself: the shell knows its own number and becomes longshore.
  const child = spawn('/bin/sh', ['-c', 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"', process.execPath, entry, 'web'], { env: childEnvironment(env), stdio: ['ignore', 'pipe', 'pipe', fd] })
  const web = new LongshoreProcess(['web'], child)
  atEnd(() => (web.running ? web.kill9() : undefined))
  return web
}

it('the web process takes the socket of systemd, and users and tokens made by command are let in by it', async () => {
  const installation = await Installation.create('sqlite')
  const env = { LONGSHORE_DATABASE_URL: installation.databaseUrl, LONGSHORE_REDIS_URL: installation.redis.url, LONGSHORE_PUBLIC_URL: 'http://longshore.test/' }
  const socket = createServer()
  await new Promise<void>(resolve => socket.listen(0, '127.0.0.1', resolve))
  const { port } = socket.address() as AddressInfo
  const web = await startWithSocket((socket as unknown as { readonly _handle: { readonly fd: number } })._handle.fd, env)
  const { url } = await web.waitForLog('web is ready', { timeout: 60_000 }) as { url?: string }
  expect(url).toBe(`http://127.0.0.1:${port}`)
  await new Promise(resolve => socket.close(resolve))

  const work = new Workplace({}, { env })
  const { user, code, url: login } = await work.ask<{ user: string; code: string; url: string }>('users', 'create', 'Ann', '--role', 'operator', '--namespace', 'sales')
  expect({ user, login }).toEqual({ user: 'ann', login: `http://longshore.test/login?code=${code}` })
  const answer = await fetch(`${url}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) })
  expect(answer.status).toBe(204)
  const { secret, token, expiresAt } = await work.ask<{ secret: string; token: string; expiresAt: string }>('tokens', 'create', 'ci', '--user', 'ann', '--role', 'viewer', '--expires', '12h')
  expect(Math.abs(Date.parse(expiresAt) - Date.now() - 12 * 3_600_000)).toBeLessThan(60_000)
  const me = () => fetch(`${url}/api/v1/auth/me`, { headers: { authorization: `Bearer ${secret}` } })
  expect(await (await me()).json()).toMatchObject({ name: 'ann (token ci)', grants: [{ role: 'viewer', namespace: 'sales' }] })
  expect((await work.run('tokens', 'list')).stdout).toMatch(new RegExp(`${token} +ann +ci +viewer@\\*`))
  await work.ask('tokens', 'revoke', token)
  expect((await me()).status).toBe(401)
  const metrics = await (await fetch(`${url}/metrics`)).text()
  expect(metrics).toMatch(/longshore_web_request_seconds_count\{method="GET",route="\/api\/v1\/auth\/me",status="401"\} 1/)
  checkMetrics(metrics)
  const misspelt = await work.run('users', 'grant', 'ann', 'operater')
  expect(misspelt).toMatchObject({ code: 2, stderr: expect.stringContaining("did you mean 'operator'?") })
  const log = await installation.database.query('audit_log').orderBy('audit_id').select('action', 'principal')
  expect(log.map(({ action }: { action: string }) => action)).toEqual(['user.create', 'user.login-code', 'auth.login', 'token.create', 'token.revoke'])
  expect(await web.terminate()).toEqual({ code: 0, signal: null })
})
