import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { findProcesses } from '../../scripts/lib/processes.mjs'
import type { RunView } from '../../shared/views/run-view.js'
import { BUSYBOX_IMAGE, sharedDocker } from '../harness/docker.js'
import type { LongshoreProcess } from '../harness/longshore.js'
import { checkMetrics } from '../harness/promtool.js'
import { until } from '../harness/wait.js'
import { BROKEN, HELLO, Workplace } from './setting.js'

const ended = (work: Workplace, dag: string, run: string): Promise<RunView> => until(async () => {
  const view = await work.ask<RunView>('runs', 'show', dag, run)
  return view.endedAt === null ? false : view
}, { timeout: 20_000, interval: 100 })

const redisOf = (work: Workplace): number[] => findProcesses(({ command }) => command.includes(work.folder) && /redis-server|valkey-server/.test(command)).map(({ pid }) => pid)

describe('commands in the directory of a standalone', () => {
  let work: Workplace
  let standalone: LongshoreProcess
  beforeAll(async () => {
    work = new Workplace({ 'dags/hello.yaml': HELLO, 'dags/broken.yaml': BROKEN })
    standalone = await work.standalone('--log-level', 'info')
    await until(async () => (await work.ask<unknown[]>('dags', 'list')).length > 0 && (await work.ask<unknown[]>('dags', 'list', '--errors')).length > 0)
  })

  it('list and show the DAGs and what is wrong in files', async () => {
    expect(await work.ask('dags', 'list')).toEqual([{
      dag: 'hello', file: 'hello.yaml', schedule: '30 2 * * *', timezone: 'America/Los_Angeles', paused: false, owner: null, tags: [],
      nextRun: '2100-01-02T10:30:00.000Z', lastRun: null,
    }])
    expect(await work.ask('dags', 'list', '--errors')).toEqual([expect.objectContaining({ file: expect.stringMatching(/broken\.yaml$/), line: 5, dag: 'broken', task: 'wrong', message: expect.stringContaining("did you mean 'command'?") })])
    expect(await work.ask('dags', 'show', 'hello')).toMatchObject({ dag: 'hello', version: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/), paused: false, spec: { tasks: [{ id: 'greet' }, { id: 'after' }] } })
    const text = await work.run('dags', 'show', 'hello')
    expect(text.stdout).toContain('after  ← greet')
    expect(text.stdout).toMatch(/PARAM\s+TYPE\s+DEFAULT/)
    const unknown = await work.run('dags', 'show', 'helo')
    expect(unknown).toMatchObject({ code: 1, stdout: '' })
    expect(unknown.stderr).toContain("error LS_DAG_NOT_FOUND: there is no DAG 'helo'; did you mean 'hello'?")
  })

  it('tell when the next runs are due', async () => {
    const next = await work.ask<{ dueAt: string; dueAtInZone: string }[]>('dags', 'next', 'hello', '-n', '3')
    expect(next).toHaveLength(3)
    expect(next[0]).toEqual({
      dueAt: '2100-01-02T10:30:00.000Z', dueAtInZone: '2100-01-02T02:30:00-08:00', logicalDate: '2100-01-01T10:30:00.000Z',
      dataIntervalStart: '2100-01-01T10:30:00.000Z', dataIntervalEnd: '2100-01-02T10:30:00.000Z',
    })
  })

  it('trigger a run on a queue that was new a moment ago, and show it with its log', async () => {
    const triggered = await work.ask<{ run: string }>('dags', 'trigger', 'hello', '--param', 'name=dock', '--param', 'times=2')
    expect(triggered).toEqual({ dag: 'hello', run: expect.stringMatching(/^manual__\d{4}-.*Z$/), state: 'queued' })
    const view = await ended(work, 'hello', triggered.run)
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)
    expect(view).toMatchObject({ dag: 'hello', run: triggered.run, state: 'success', type: 'manual', params: { name: 'dock', times: 2 }, startedAt: time, endedAt: time, durationMs: expect.any(Number) })
    expect(view.tasks.map(({ task, state, tries, kind, queue, mapIndex }) => ({ task, state, tries, kind, queue, mapIndex }))).toEqual([
      { task: 'greet', state: 'success', tries: 1, kind: 'process', queue: 'greetings', mapIndex: -1 },
      { task: 'after', state: 'success', tries: 1, kind: 'process', queue: 'greetings', mapIndex: -1 },
    ])
    expect(view.tasks[0]?.attempts).toEqual([{
      attempt: expect.stringMatching(/^\d+\.1$/), fence: 1, try: 1, state: 'finished', worker: expect.any(String), container: expect.stringMatching(/^process:\d+$/),
      image: null, imageDigest: null, exitCode: 0, reason: 'exited', detail: null, queuedAt: time, startedAt: time, finishedAt: time,
      log: { bytes: expect.any(Number), lines: 2, truncated: false },
      resources: expect.objectContaining({ cpuSeconds: expect.any(Number) }), pull: null,
    }])
    const logs = await work.run('tasks', 'logs', 'hello', triggered.run, 'greet', '--follow')
    expect(logs.stdout.split('\n').sort()).toEqual(['', 'bye', 'hello dock'])
    expect(await work.ask('tasks', 'list', 'hello', triggered.run)).toEqual(view.tasks)
    expect(await work.ask('runs', 'list', '--dag', 'hello')).toEqual([expect.objectContaining({ dag: 'hello', run: triggered.run, state: 'success' })])
    const missing = await work.run('tasks', 'logs', 'hello', triggered.run, 'gret')
    expect(missing.stderr).toContain("error LS_TASK_NOT_FOUND: ")
    expect(missing.stderr).toContain("did you mean 'greet'?")
  })

  it('refuse params that do not fit and a name that is taken', async () => {
    const wrong = await work.run('dags', 'trigger', 'hello', '--param', 'nam=x', '--param', 'times=often')
    expect(wrong).toMatchObject({ code: 1, stdout: '' })
    expect(wrong.stderr).toContain("error LS_PARAMS_INVALID: there is no param 'nam'; did you mean 'name'?; param 'times' must be of type integer")
    await work.ask('dags', 'trigger', 'hello', '--run-id', 'twice')
    const again = await work.run('dags', 'trigger', 'hello', '--run-id', 'twice')
    expect(again.stderr).toContain("error LS_RUN_EXISTS: DAG 'hello' has a run 'twice' already")
    await ended(work, 'hello', 'twice')
  })

  it('pause a DAG, whose runs then wait, and let it run again', async () => {
    expect(await work.ask('dags', 'pause', 'hello')).toEqual({ dag: 'hello', paused: true, changed: true })
    expect(await work.ask('dags', 'pause', 'hello')).toEqual({ dag: 'hello', paused: true, changed: false })
    const waiting = await work.run('dags', 'trigger', 'hello', '--run-id', 'later')
    expect(waiting).toMatchObject({ code: 0, stdout: 'later\n' })
    expect(waiting.stderr).toContain('is paused: the run waits')
    expect(await work.ask('runs', 'show', 'hello', 'later')).toMatchObject({ state: 'queued', startedAt: null, tasks: [] })
    expect(await work.ask('dags', 'unpause', 'hello')).toEqual({ dag: 'hello', paused: false, changed: true })
    expect(await ended(work, 'hello', 'later')).toMatchObject({ state: 'success' })
  })

  it('find it well', async () => {
    const report = await work.ask<{ ok: boolean; findings: { check: string; status: string }[] }>('doctor', '--for', 'standalone')
    expect(report.ok).toBe(true)
    expect(report.findings.map(({ check }) => check)).toEqual(expect.arrayContaining(['node', 'settings', 'database', 'schema', 'dead letters', 'clock', 'redis', 'redis eviction', 'docker', 'state directory', 'log store']))
  })

  it('are refused a second standalone, and told who has the state directory', async () => {
    const second = await work.run('standalone')
    expect(second.code).toBe(1)
    expect(second.stderr).toContain('error LS_STATE_DIR_LOCKED: ')
    expect(second.stderr).toContain(`process ${standalone.pid}`)
  })

  it('see readiness and metrics over HTTP, and nothing else before they have signed in with the address of the log, once', async () => {
    const { url } = await standalone.waitForLog('longshore is ready') as unknown as { url: string }
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ ready: true })
    expect(await (await fetch(`${url}/livez`)).json()).toEqual({ live: true })
    const metrics = await (await fetch(`${url}/metrics`)).text()
    for (const name of ['longshore_scheduler_runs_total', 'longshore_worker_slots', 'longshore_web_streams', 'nodejs_eventloop_lag_seconds']) expect(metrics).toContain(name)
    checkMetrics(metrics)
    expect(await fetch(`${url}/api/v1/dags`)).toMatchObject({ status: 401 })
    const { login } = await standalone.waitForLog('nobody can sign in yet') as unknown as { login: string }
    expect(login).toMatch(`${url}/login?code=`)
    const code = new URL(login).searchParams.get('code')
    const signIn = () => fetch(`${url}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) })
    const cookie = (await signIn()).headers.get('set-cookie')?.split(';')[0] ?? ''
    expect(await (await fetch(`${url}/api/v1/dags`, { headers: { cookie } })).json()).toMatchObject({ items: [{ dag: 'hello' }] })
    expect(await signIn()).toMatchObject({ status: 401 })
    expect(await work.ask('users', 'list')).toMatchObject([{ user: 'admin', password: false, grants: [{ role: 'admin', namespace: '*', source: 'local' }] }])
  })

  it('still find everything after it has ended, and its Redis with it', async () => {
    expect(redisOf(work)).toHaveLength(1)
    expect(await standalone.terminate()).toEqual({ code: 0, signal: null })
    expect(redisOf(work)).toEqual([])
    expect(await work.ask('dags', 'list')).toHaveLength(1)
    expect(await work.ask('dags', 'trigger', 'hello', '--run-id', 'for-the-next-one')).toMatchObject({ state: 'queued' })
  })
})

it('a killed standalone leaves its Redis to the next one, which goes on with the same run', async () => {
  const work = new Workplace()
  work.write('dags/slow.yaml', `
dag: slow
defaults: { kind: process }
tasks:
  wait:
    shell: "echo begun; while [ ! -e go ]; do sleep 0.05; done; echo done"
    workdir: ${work.folder}
`)
  const first = await work.standalone()
  const { run } = await until(() => work.ask<{ run: string }>('dags', 'trigger', 'slow'))
  await until(async () => (await work.ask<RunView>('runs', 'show', 'slow', run)).tasks[0]?.state === 'running')
  const [redis] = redisOf(work)
  await first.kill9()
  const second = await work.standalone()
  expect(second.log.map(({ msg }) => msg)).toContain('a private Redis runs already and is used again')
  expect(redisOf(work)).toEqual([redis])
  work.write('go', '')
  const view = await ended(work, 'slow', run)
  expect(view).toMatchObject({ state: 'success', tasks: [{ tries: 1, attempts: [{ fence: 1, exitCode: 0 }] }] })
  expect((await work.run('tasks', 'logs', 'slow', run, 'wait')).stdout).toBe('begun\ndone\n')
  expect(await second.terminate()).toEqual({ code: 0, signal: null })
})

it('a private Redis that dies is started again, and work goes on', async () => {
  const work = new Workplace({ 'dags/hello.yaml': HELLO })
  const standalone = await work.standalone()
  const [redis] = redisOf(work)
  process.kill(redis as number, 'SIGKILL')
  await standalone.waitForLog('the private Redis has ended; it is started again')
  const { run } = await until(() => work.ask<{ run: string }>('dags', 'trigger', 'hello'))
  expect(await ended(work, 'hello', run)).toMatchObject({ state: 'success' })
  expect(await standalone.terminate()).toEqual({ code: 0, signal: null })
})

it('a state directory whose path is too long for a socket serves as well', async () => {
  const work = new Workplace({ 'dags/hello.yaml': HELLO })
  const deep = join(work.folder, 'a'.repeat(60), 'b'.repeat(60))
  mkdirSync(deep, { recursive: true })
  const standalone = await work.standalone('--state-dir', deep)
  const { run } = await until(() => work.ask<{ run: string }>('dags', 'trigger', 'hello', '--state-dir', deep))
  await until(async () => (await work.ask<RunView>('runs', 'show', 'hello', run, '--state-dir', deep)).state === 'success', { interval: 100 })
  expect(await standalone.terminate()).toEqual({ code: 0, signal: null })
  const { redisUrl } = JSON.parse(readFileSync(join(deep, 'standalone.json'), 'utf8')) as { redisUrl: string }
  expect(redisUrl.length).toBeLessThan(107)
  expect(existsSync(dirname(redisUrl.slice('unix:'.length)))).toBe(false)
})

it('runs containers where there is Docker, and says so where there is none', async () => {
  const { host } = await sharedDocker()
  const work = new Workplace({ 'dags/boxed.yaml': `dag: boxed\ndefaults: { image: '${BUSYBOX_IMAGE}', pull: never }\ntasks:\n  a:\n    shell: "echo in a box"\n` })
  const warning = /^Docker does not answer/
  const standalone = await work.standalone('--docker-host', host)
  expect(standalone.log.some(({ msg }) => warning.test(msg ?? ''))).toBe(false)
  const { run } = await until(() => work.ask<{ run: string }>('dags', 'trigger', 'boxed'))
  expect(await ended(work, 'boxed', run)).toMatchObject({ state: 'success', tasks: [{ kind: 'container', container: expect.stringMatching(/^[0-9a-f]{64}$/), attempts: [{ image: BUSYBOX_IMAGE, imageDigest: expect.stringMatching(/sha256:/) }] }] })
  await standalone.terminate()
  const without = await work.standalone('--docker-host', `unix://${work.folder}/nothing.sock`)
  expect(without.log.some(({ msg }) => warning.test(msg ?? ''))).toBe(true)
  await without.terminate()
})
