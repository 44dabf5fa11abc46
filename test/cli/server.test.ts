import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Ports } from '../../cli/ports/ports.js'
import { currentUser } from '../../cli/user.js'
import type { LogFrame } from '../../shared/broker/live-log.js'
import { bundleOf } from '../../shared/bundles/bundle.js'
import { EVERY_TASK } from '../../shared/operations/selection.js'
import { formatLogLine, logTime } from '../../shared/log-store/log-line.js'
import { Role } from '../../web/identity/access.js'
import { freePort } from '../harness/free-port.js'
import { startTcpProxy } from '../harness/tcp-proxy.js'
import { until } from '../harness/wait.js'
import { bothWays, remotePorts } from './both-ways.js'
import { Workplace } from './setting.js'

const LOAD = `dag: sales.load
description: loads
schedule: 30 2 * * *
timezone: America/Los_Angeles
start: 2100-01-01
owner: ann
tags: [etl]
params: { region: { type: string, default: eu, description: where } }
defaults: { image: busybox, command: [work], pool: db, retries: 1, retryDelay: 1ms }
tasks:
  zeta: { result: true, outlets: [orders] }
  alpha: { map: zeta, command: [work, "{{ item }}"], after: [zeta] }
  last: { kind: empty, after: [alpha] }
`
const REPORT = 'dag: report\nschedule: { assets: [orders] }\ntasks: { one: { image: busybox, command: [work], queue: slow } }\n'
const DAILY = 'dag: daily\nschedule: "@daily"\nstart: 2026-01-01\ntasks: { one: { kind: empty } }\n'

/** Something of everything that commands show. */
async function busy() {
  const ways = await bothWays()
  const { installation, direct } = ways
  await direct.pools.set('db', 3, 'one per connection')
  await installation.scheduler()
  installation.worker({ answer: ({ task, tryNumber }) => (task === 'zeta' && tryNumber === 1 ? { exitCode: 1 } : task === 'zeta' ? { result: '[1, 2]' } : {}) })
  await installation.dag(LOAD)
  await installation.dag(REPORT)
  await installation.dag(DAILY)
  writeFileSync(join(installation.dags, 'broken.yaml'), 'dag: broken\ntasks: { wrong: { comand: [ls], image: x } }\n')
  await until(async () => (await direct.dags.problems()).length > 0)
  await direct.dags.setPaused('daily', true)
  await direct.runs.trigger({ dag: 'sales.load', params: { region: 'us' }, run: 'first' })
  await installation.ended('sales.load', 'first')
  // The update of the asset starts a run that nobody takes.
  await until(async () => (await direct.queues.list()).some(({ queue, active }) => queue === 'slow' && active > 0))
  await direct.backfills.start({ dag: 'daily', from: '2026-01-01', to: '2026-01-04', reprocess: 'none', maxActiveRuns: 2, params: {}, backwards: true })
  await direct.events.post({ name: 'approved', run: { dag: 'sales.load', run: 'first' }, payload: '{"rows": 5}', isRejected: false })
  await direct.events.post({ name: 'approved', run: null, payload: 'null', isRejected: true })
  await direct.queues.limit('slow', 1)
  await direct.users.create('ann', null, { role: Role.operator, namespace: 'sales' })
  return ways
}

const READS: Readonly<Record<string, (ports: Ports) => Promise<unknown>>> = {
  'dags list': ({ dags }) => dags.list(false),
  'dags list --all': ({ dags }) => dags.list(true),
  'dags list --errors': ({ dags }) => dags.problems(),
  'dags show': ({ dags }) => dags.show('sales.load'),
  'dags next': async ({ dags }) => ({ ...await dags.next('sales.load', 3), at: null }),
  'dags spread': ({ dags }) => dags.spread(null),
  'dags spread, of some': ({ dags }) => dags.spread('sales.*'),
  'dags backfill --dry-run': ({ backfills }) => backfills.plan({ dag: 'daily', from: '2026-01-03', to: '2026-01-06', reprocess: 'none', maxActiveRuns: null, params: {}, backwards: false }),
  'runs list': ({ runs }) => runs.list({ dag: null, states: [], since: null, limit: 25 }),
  'runs list of two pages and some states': ({ runs }) => runs.list({ dag: null, states: ['queued', 'success'], since: null, limit: 3 }),
  'runs list --dag': ({ runs }) => runs.list({ dag: 'daily', states: [], since: null, limit: 2 }),
  'runs list --since': ({ runs }) => runs.list({ dag: null, states: [], since: '24h', limit: 25 }),
  'runs show': ({ runs }) => runs.show('sales.load', 'first'),
  'runs clear --dry-run': ({ runs }) => runs.clear({ dag: 'sales.load', runs: { kind: 'named', runs: ['first'] }, tasks: { ...EVERY_TASK, tasks: ['alpha'], downstream: true }, latest: false, force: false, dryRun: true }),
  'tasks mark --dry-run': ({ runs }) => runs.mark({ dag: 'sales.load', runs: { kind: 'dates', from: '2026-01-01', to: '2200-01-01' }, tasks: { ...EVERY_TASK, tasks: ['zeta'] }, state: 'failed', force: false, dryRun: true }),
  'runs cancel --dry-run': ({ runs }) => runs.cancel({ dag: 'daily', runs: { kind: 'unfinished' }, tasks: null, dryRun: true }),
  'tasks why': async ({ tasks }) => ({ ...await tasks.why('sales.load', 'first', 'alpha[1]'), at: null }),
  'tasks logs': ({ tasks }) => tasks.status('sales.load', 'first', 'zeta'),
  'backfills list': ({ backfills }) => backfills.list({ dag: null, limit: 25 }),
  'backfills list --dag': ({ backfills }) => backfills.list({ dag: 'daily', limit: 1 }),
  'backfills show': ({ backfills }) => backfills.show(1),
  'events list': ({ events }) => events.list({ name: null, limit: 25 }),
  'events list --name': ({ events }) => events.list({ name: 'approved', limit: 1 }),
  'pools list': ({ pools }) => pools.list(),
  'pools show': ({ pools }) => pools.show('db', 20),
  'queues list': ({ queues }) => queues.list(),
  'assets list': ({ assets }) => assets.list(),
  'users list': ({ users }) => users.list(),
  'tokens list': async ({ tokens }) => (await tokens.list(null)).map(token => ({ ...token, lastUsedAt: null })),
  'workers list': ({ workers }) => workers.list(true),
  'releases show': ({ releases }) => releases.show(),
}

/** What is refused, with what a person should see of it. */
const REFUSALS: Readonly<Record<string, readonly [code: string, ask: (ports: Ports) => Promise<unknown>]>> = {
  'a DAG that does not exist': ['LS_DAG_NOT_FOUND', ({ dags }) => dags.show('sales.nowhere')],
  'a run that does not exist': ['LS_RUN_NOT_FOUND', ({ runs }) => runs.show('daily', 'nowhere')],
  'a task that does not exist': ['LS_TASK_NOT_FOUND', ({ tasks }) => tasks.status('sales.load', 'first', 'alpha[7]')],
  'DAGs that do not match': ['LS_DAG_NOT_FOUND', ({ dags }) => dags.spread('none.*')],
  'runs of a DAG that does not exist': ['LS_DAG_NOT_FOUND', ({ runs }) => runs.list({ dag: 'nowhere', states: [], since: null, limit: 1 })],
  'a run that exists': ['LS_RUN_EXISTS', ({ runs }) => runs.trigger({ dag: 'sales.load', params: {}, run: 'first' })],
  'params that do not fit': ['LS_PARAMS_INVALID', ({ runs }) => runs.trigger({ dag: 'sales.load', params: { region: 7 }, run: null })],
  'a backfill that does not exist': ['LS_BACKFILL_NOT_FOUND', ({ backfills }) => backfills.setPaused(99, true)],
  'a pool in use': ['LS_POOL_IN_USE', ({ pools }) => pools.remove('db', false)],
  'a queue that nobody has named': ['LS_QUEUE_NOT_FOUND', ({ queues }) => queues.limit('nowhere', 1)],
  'a worker that does not exist': ['LS_WORKER_NOT_FOUND', ({ workers }) => workers.show('nowhere')],
  'a bundle that does not exist': ['LS_BUNDLE_NOT_FOUND', ({ bundles }) => bundles.activate('0123456789', false)],
  'the last admin': ['LS_LAST_ADMIN', ({ users }) => users.remove('root')],
}

it('everything that can be read or refused is the same, to the byte, whichever way a command takes', async () => {
  const { direct, remote } = await busy()
  for (const [what, read] of Object.entries(READS)) expect(JSON.stringify(await read(remote)), what).toBe(JSON.stringify(await read(direct)))
  for (const [what, [code, ask]] of Object.entries(REFUSALS)) {
    for (const ports of [direct, remote]) await expect(ask(ports), what).rejects.toMatchObject({ code, message: expect.any(String), hint: expect.stringMatching(/\w/) })
  }
})

it('acts do the same both ways, and the audit log has each, refused ones as well, with who it was and the same name', async () => {
  const { site, installation, direct, remote } = await bothWays()
  await installation.scheduler()
  await installation.dag(DAILY.replace('schedule: "@daily"', 'schedule: "@daily"\nparams: { n: { type: integer, default: 1 } }'))
  const acts: readonly ((ports: Ports, name: string) => Promise<unknown>)[] = [
    async ({ dags }) => [await dags.setPaused('daily', true), await dags.setPaused('daily', false)],
    ({ runs }, run) => runs.trigger({ dag: 'daily', params: { n: 2 }, run, logicalDate: '2026-01-01' }).then(({ state, paused }) => [state, paused]),
    ({ runs }, run) => runs.clear({ dag: 'daily', runs: { kind: 'named', runs: [run] }, tasks: EVERY_TASK, latest: false, force: true, dryRun: false }).then(({ dag }) => dag),
    ({ pools }, pool) => pools.set(pool, 2, null).then(({ before, slots }) => [before, slots]),
    ({ pools }, pool) => pools.remove(pool, false),
    async ({ users }, user) => { await users.create(user, null, { role: Role.viewer, namespace: 'sales' }); await users.grant(user, { role: Role.operator, namespace: '*' }); await users.revoke(user, '*') },
    ({ users }, user) => users.loginCode(user).then(({ code }) => code.length),
    ({ users }, user) => users.remove(user),
    ({ bundles }, name) => bundles.deploy(bundleOf([{ path: 'daily.yaml', content: Buffer.from(`${DAILY}# ${name}\n`) }]), false).then(({ outcome }) => outcome),
    ({ queues }) => queues.limit('nowhere', 1).catch((error: { code: string }) => error.code),
  ]
  for (const act of acts) expect(await act(remote, 'there')).toEqual(await act(direct, 'here'))
  const bundles = await direct.bundles.list()
  expect(bundles).toHaveLength(2)
  expect(await remote.bundles.list()).toEqual(bundles)
  const written = await site.database.query('audit_log').select('principal', 'action', 'code', 'dag_id', 'status').orderBy('audit_id') as { principal: string; action: string; code: string | null; dag_id: string | null; status: number }[]
  const here = written.filter(({ principal }) => principal === `cli:${currentUser()}@${hostname()}`)
  const there = written.filter(({ principal }) => principal.startsWith('root (token '))
  expect(here.map(({ action, code, dag_id }) => [action, code, dag_id])).toEqual(there.map(({ action, code, dag_id }) => [action, code, dag_id]))
  expect(here.length).toBeGreaterThan(9)
  expect(here.every(({ status }) => status === 0)).toBe(true)
  expect(here.at(-1)).toMatchObject({ action: 'queue.limit', code: 'LS_QUEUE_NOT_FOUND' })
})

it('a log that is followed goes on after the connection broke, without gaps or repeats, to its end', async () => {
  const { installation, logs, url, token } = await bothWays()
  await installation.scheduler()
  let finish = (): void => {}
  const held = new Promise<void>(resolve => { finish = resolve })
  onTestFinished(() => { finish() })
  installation.worker({ answer: async () => { await held; return {} } })
  await installation.dag('dag: a\nschedule: null\ntasks: { one: { image: busybox, command: [work] } }\n')
  await installation.trigger('a')
  const task = await until(async () => { const { one } = await installation.tasks('a'); return one?.state === 'starting' && one })
  const file = join(logs, `${(await installation.attempts(task))[0]?.log_path ?? ''}.log`)
  mkdirSync(dirname(file), { recursive: true })
  const print = (...lines: number[]): void => { for (const n of lines) appendFileSync(file, formatLogLine({ time: logTime(1_767_225_600_000 + n), stream: 'stdout', text: `line ${n}`, complete: true })) }
  print(1, 2)

  const proxy = await startTcpProxy({ port: Number(new URL(url).port) })
  const log = await remotePorts(`http://127.0.0.1:${proxy.port}`, token).tasks.log('a', 'manual', 'one', 1)
  const seen: LogFrame[] = []
  for await (const frames of log.soFar()) seen.push(...frames)
  expect(seen.map(({ text }) => text)).toEqual(['line 1', 'line 2'])
  const followed = (async () => { for await (const frames of log.further()) seen.push(...frames) })()
  print(3)
  await until(() => seen.length === 3)
  proxy.cut()
  print(4, 5)
  await until(() => seen.length === 5)
  print(6)
  finish()
  await installation.ended('a')
  await followed
  expect(seen.map(({ text }) => text)).toEqual([1, 2, 3, 4, 5, 6].map(n => `line ${n}`))
  expect(seen[0]?.time).toBe(logTime(1_767_225_600_001))
})

it('the command goes to the server that a flag, a variable or a file names, and says clearly why it cannot', async () => {
  const { site, installation, url, token } = await bothWays()
  await installation.scheduler()
  await installation.dag(DAILY)
  await site.user('eve', [{ role: Role.viewer, namespace: 'daily' }])
  const eve = await site.token('eve')
  const web = createServer((_, response) => { response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>') })
  await new Promise<void>(resolve => { web.listen(0, '127.0.0.1', resolve) })
  onTestFinished(() => { web.close() })
  const work = new Workplace({ 'longshore.yaml': `server: ${url}\n`, token, 'dags/daily.yaml': DAILY.replace('@daily', '@hourly') }, { env: { LONGSHORE_TOKEN_FILE: 'token' } })

  const [listed, planned, settings, denied, nobody, closed, gateway, onHost, wrong] = await Promise.all([
    work.run('dags', 'list', '--json'), work.run('deploy', 'dags', '--dry-run'), work.run('config', '--json'), work.run('--token', eve, 'dags', 'pause', 'daily'), work.run('--token', 'nonsense', 'runs', 'list'),
    work.run('--server', `http://127.0.0.1:${await freePort()}`, 'dags', 'list'), work.run('--server', `http://127.0.0.1:${(web.address() as AddressInfo).port}`, 'dags', 'list'),
    work.run('db', 'migrate', '--server', url), work.run('runs', 'clear', 'daily', '--from', 'yesterday', '--to', '2026-01-01'),
  ])
  expect(listed).toMatchObject({ code: 0, stderr: '' })
  expect(listed.json()).toMatchObject([{ dag: 'daily' }])
  expect(planned).toMatchObject({ code: 0, stdout: expect.stringMatching(/^PLAN +DAG +FILE\nchanged +daily +daily\.yaml\nNothing was changed: bundle \w{12} would take the place of the DAG folders of the schedulers\.\n$/) })
  expect(settings.json()).toEqual(expect.arrayContaining([{ name: 'server', value: url, origin: 'longshore.yaml' }, { name: 'token', value: '•••', origin: 'LONGSHORE_TOKEN_FILE' }]))
  expect(denied).toMatchObject({ code: 1, stderr: expect.stringContaining("error LS_NOT_ALLOWED: 'eve (token") })
  expect(denied.stderr).toContain("does not have the role operator in namespace 'daily'")
  expect(nobody).toMatchObject({ code: 1, stderr: expect.stringMatching(/error LS_NOT_SIGNED_IN: .*\n→ .*longshore tokens create/) })
  expect(closed).toMatchObject({ code: 1, stderr: expect.stringMatching(/error LS_SERVER_UNREACHABLE: http:\/\/127\.0\.0\.1:\d+ does not answer: nothing listens there\n→ Check the address in --server/) })
  expect(gateway).toMatchObject({ code: 1, stderr: expect.stringContaining("answered with 502: that is not Longshore's API") })
  expect(onHost).toMatchObject({ code: 2, stderr: expect.stringContaining('error LS_USAGE: `longshore db migrate` works on this machine and not on a server') })
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('from: ') })
})
