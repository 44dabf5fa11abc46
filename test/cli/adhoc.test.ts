import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endingOf } from '../../cli/adhoc/ending.js'
import { askOnTerminal, Interruption } from '../../cli/adhoc/interruption.js'
import { printStreams } from '../../cli/adhoc/print-streams.js'
import { readStandaloneFile } from '../../cli/standalone/standalone-file.js'
import type { RunView } from '../../shared/views/run-view.js'
import { loadConfig } from '../../shared/config/load.js'
import { renderText } from '../../shared/dag/template-engine.js'
import { Database } from '../../shared/database/database.js'
import { submitAdhoc } from '../../shared/operations/adhoc.js'
import { adhocVersion, literal } from '../../shared/operations/adhoc-spec.js'
import { wakeSchedulers } from '../../shared/operations/wake-schedulers.js'
import { BUSYBOX_IMAGE, sharedDocker } from '../harness/docker.js'
import type { LongshoreProcess } from '../harness/longshore.js'
import { until } from '../harness/wait.js'
import { Installation } from '../scheduler/installation.js'
import { HELLO, Workplace } from './setting.js'


const plain = { name: 'task', queue: 'default', image: null, command: ['true'], env: {}, memory: null, cpus: null, timeout: null }

describe('an ad-hoc task', () => {
  it('takes every text as it is, however much it looks like a template', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('{', '}', '%', ' ', 'a', "'", '|', '-') }), text => {
      expect(renderText(literal(text), {})).toBe(text)
    }), { numRuns: 500 })
  })

  it('is the same version when it says the same, and refused in words when it says nonsense', () => {
    expect(adhocVersion(plain).hash).toBe(adhocVersion({ ...plain }).hash)
    expect(adhocVersion(plain).hash).not.toBe(adhocVersion({ ...plain, env: { A: '1' } }).hash)
    expect(adhocVersion({ ...plain, image: 'a:1', memory: '64m', cpus: 0.5, timeout: '1h' }).spec).toMatchObject({ dag: 'longshore.adhoc', tasks: [{ kind: 'container', image: 'a:1', memory: 64 * 1024 * 1024, cpus: 0.5, timeout: 3_600_000, retries: 0, notYetExitCode: null, skipExitCodes: [] }] })
    expect(() => adhocVersion({ ...plain, command: [], timeout: 'soon' })).toThrow("task 'task' has nothing to run")
    expect(() => adhocVersion({ ...plain, image: 'a', cpus: NaN })).toThrow('cpus')
  })

  it('gives its own exit code where it has one', () => {
    const attempt = (reason: string, exitCode: number | null = null) => ({ reason, exitCode, detail: null })
    expect(endingOf('success', null, attempt('exited', 0))).toEqual({ state: 'success', exitCode: 0, message: null })
    expect(endingOf('failed', 'exit code 75', attempt('exited', 75))).toEqual({ state: 'failed', exitCode: 75, message: null })
    expect(endingOf('failed', 'out of memory', attempt('oom', 137))).toEqual({ state: 'failed', exitCode: 137, message: 'out of memory' })
    expect(endingOf('failed', 'killed', attempt('killed'))).toMatchObject({ exitCode: 137 })
    expect(endingOf('failed', 'the image does not exist', attempt('image_missing'))).toEqual({ state: 'failed', exitCode: 1, message: 'it did not run: the image does not exist' })
    expect(endingOf('cancelled', 'cancelled by ann', attempt('cancelled', 143))).toEqual({ state: 'cancelled', exitCode: 130, message: 'cancelled by ann' })
    expect(endingOf('cancelled', null, undefined)).toMatchObject({ exitCode: 130 })
  })
})

describe('an interruption', () => {
  async function answered(keys: string): Promise<string> {
    const input = new PassThrough()
    const answer = askOnTerminal(input, new PassThrough())
    input.write(keys)
    return answer
  }

  it('on a terminal asks: c cancels, d lets go, Enter goes on, Ctrl-C once more lets go', async () => {
    expect(await answered('c\r')).toBe('cancel')
    expect(await answered('d\r')).toBe('detach')
    expect(await answered('\r')).toBe('go on')
    expect(await answered('\u0003')).toBe('detach')
  })

  it('holds back what the task prints while a question is open', async () => {
    let answer: (text: 'go on') => void = () => {}
    const interruption = new Interruption({ ask: () => new Promise(resolve => { answer = resolve }), onCancel: () => { throw new Error('nobody wanted that') } })
    interruption.hear('SIGINT')
    let quiet = false
    const waiting = interruption.quiet().then(() => { quiet = true })
    await Promise.resolve()
    expect(quiet).toBe(false)
    answer('go on')
    await waiting
  })

  it('without a terminal cancels, and once more lets go', async () => {
    let cancelled = 0
    const interruption = new Interruption({ ask: null, onCancel: () => { cancelled += 1 } })
    interruption.hear('SIGTERM')
    interruption.hear('SIGINT')
    await interruption.detached
    expect(cancelled).toBe(1)
  })
})

it('many at once make one DAG and one version of each specification, also when they are the first', async () => {
  const site = await Installation.create('mysql')
  await site.scheduler({ logLevel: 'error' })
  site.worker({ answer: job => ({ exitCode: job.task === 't1' ? 4 : 0 }) })
  await site.dag('dag: other\nschedule: null\ntasks:\n  a: { image: none }\n')
  const config = site.config()
  const submitted = await Promise.all(Array.from({ length: 60 }, (_, i) => submitAdhoc(site.database, config, { ...plain, name: `t${i % 3}` }, 'test')))
  await wakeSchedulers(config)
  for (const { dag, run, task } of submitted) expect((await site.ended(dag, run)).tasks[task]).toMatchObject({ state: task === 't1' ? 'failed' : 'success' })
  expect(await site.database.query('dag_versions').join('dags', 'dags.dag_key', 'dag_versions.dag_key').where('dag_id', 'longshore.adhoc').select('number')).toHaveLength(3)
})

describe('longshore run beside a standalone', () => {
  let work: Workplace
  let standalone: LongshoreProcess
  beforeAll(async () => {
    const { host } = await sharedDocker()
    work = new Workplace({ 'dags/hello.yaml': HELLO })
    standalone = await work.standalone('--docker-host', host)
    await until(async () => (await work.ask<unknown[]>('dags', 'list')).length > 0)
  })
  // In order, or its Redis would live on.
  afterAll(async () => { await standalone.terminate() })

  const run = (...args: string[]) => work.run('run', ...args)
  const loop = (file: string): string => `echo begun; while [ ! -e ${join(work.folder, file)} ]; do sleep 0.05; done; echo done`
  const newest = async (): Promise<string> => (await work.ask<{ run: string }[]>('runs', 'list', '--dag', 'longshore.adhoc', '-n', '1'))[0]?.run ?? ''

  it('exits as the task does, with its output on the same streams', async () => {
    expect(await run('--process', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7')).toMatchObject({ code: 7, stdout: 'out\n', stderr: 'err\n' })
    expect(await run('--process', '--queue', 'greetings', '--env', 'GREETING=hi', '--', 'sh', '-c', 'echo "$GREETING {{ nobody }}"')).toMatchObject({ code: 0, stdout: 'hi {{ nobody }}\n', stderr: '' })
    // What means "not yet" and "skip" in a DAG means nothing here.
    expect(await run('--process', '--', 'sh', '-c', 'exit 75')).toMatchObject({ code: 75 })
    expect(await run('--process', '--', 'sh', '-c', 'exit 99')).toMatchObject({ code: 99 })
  })

  it('runs a container within its limits', async () => {
    const boxed = await run('--image', BUSYBOX_IMAGE, '--memory', '64m', '--cpus', '0.5', '--json', '--', 'sh', '-c', 'echo boxed; exit 5')
    expect(boxed.code).toBe(5)
    expect(boxed.stdout.trim().split('\n').map(line => JSON.parse(line) as object)).toEqual([
      { time: expect.any(String), stream: 'stdout', text: 'boxed', complete: true },
      { dag: 'longshore.adhoc', run: expect.stringMatching(/^adhoc__\d{4}-.*Z__[0-9a-f]{8}$/), task: 'task', state: 'failed', exitCode: 5, message: null },
    ])
  })

  it('shows what is printed while it runs', async () => {
    const process = await work.start('run', '--process', '--', 'sh', '-c', loop('go'))
    await until(() => process.stdout === 'begun\n')
    expect(process.running).toBe(true)
    work.write('go', '')
    expect(await process.exited).toMatchObject({ code: 0 })
    expect(process.stdout).toBe('begun\ndone\n')
  })

  it('cancels the task at a signal and waits for its end', async () => {
    const started = await work.start('run', '--process', '--', 'sh', '-c', loop('never'))
    await until(() => started.stdout === 'begun\n')
    process.kill(started.pid, 'SIGINT')
    expect(await started.exited).toMatchObject({ code: 130 })
    expect(started.stderr).toMatch(/^Cancelling the task; once more to leave it to itself\.\n(.*\n)*task \(adhoc__\S+\): cancelled by /)
    expect(await work.ask<RunView>('runs', 'show', 'longshore.adhoc', await newest())).toMatchObject({ state: 'cancelled', tasks: [{ state: 'cancelled' }] })
  })

  it('lets go at the second signal', async () => {
    const started = await work.start('run', '--process', '--name', 'stubborn', '--', 'sh', '-c', `trap "" TERM; ${loop('enough')}`)
    await until(() => started.stdout === 'begun\n')
    process.kill(started.pid, 'SIGTERM')
    await until(() => started.stderr.includes('Cancelling'))
    process.kill(started.pid, 'SIGTERM')
    expect(await started.exited).toMatchObject({ code: 130 })
    expect(started.stderr).toMatch(/The task goes on: `longshore tasks logs longshore\.adhoc adhoc__\S+ stubborn --follow`/)
    work.write('enough', '')
  })

  it('does not wait with --detach', async () => {
    const { stdout, code } = await run('--process', '--detach', '--', 'sh', '-c', 'echo later')
    expect(code).toBe(0)
    const logs = await work.run('tasks', 'logs', 'longshore.adhoc', stdout.trim(), 'task', '--follow')
    expect(logs.stdout).toBe('later\n')
  })

  it('stops what takes longer than its timeout, and says so', async () => {
    const late = await run('--process', '--timeout', '300ms', '--', 'sleep', '100')
    expect(late).toMatchObject({ code: 143, stdout: '' })
    expect(late.stderr).toMatch(/^task \(adhoc__\S+\): it ran longer than its timeout of 300 ms$/m)
  })

  it('refuses a queue that nobody has heard of, and what it cannot understand', async () => {
    const unknown = await run('--process', '--queue', 'greeting', '--', 'true')
    expect(unknown).toMatchObject({ code: 1, stdout: '' })
    expect(unknown.stderr).toContain("error LS_QUEUE_NOT_FOUND: no DAG names a queue 'greeting' and no worker serves it; did you mean 'greetings'?")
    for (const wrong of [['--', 'true'], ['--process', '--image', 'a', '--', 'true'], ['--process'], ['--process', '--env', 'X', '--', 'true'], ['--process', '--timeout', 'soon', '--', 'true']]) {
      expect((await run(...wrong)).stderr, wrong.join(' ')).toContain('error LS_USAGE: ')
    }
  })

  it('says why a task waits when that takes a while', async () => {
    await work.ask('dags', 'pause', 'longshore.adhoc')
    const waiting = await work.start('run', '--process', '--', 'true')
    await until(() => waiting.stderr.includes("waiting: 'task' is not started: DAG 'longshore.adhoc' is paused"), { timeout: 15_000 })
    await work.ask('dags', 'unpause', 'longshore.adhoc')
    expect(await waiting.exited).toMatchObject({ code: 0 })
    expect(waiting.stderr.match(/waiting: /g)).toHaveLength(1)
  })

  it('runs two hundred at once', async () => {
    const file = readStandaloneFile(join(work.folder, '.longshore/state'))
    const { config } = loadConfig({ file: 'none', fileRequired: false, environment: {}, flags: { databaseUrl: file?.databaseUrl ?? '', redisUrl: file?.redisUrl ?? '' } })
    const database = new Database(config.databaseUrl, 1)
    try {
      const submitted = await Promise.all(Array.from({ length: 200 }, (_, i) => submitAdhoc(database, config, { ...plain, name: `t${i % 10}`, command: ['sh', '-c', `exit ${i % 3}`] }, 'test')))
      expect(new Set(submitted.map(({ run: id }) => id)).size).toBe(200)
      await wakeSchedulers(config)
      const keys = submitted.map(({ runKey }) => runKey)
      const states = async (): Promise<string[]> => (await database.query('dag_runs').whereIn('run_key', keys).whereNotNull('ended_at').orderBy('run_key').select('state') as { state: string }[]).map(({ state }) => state)
      await until(async () => (await states()).length === 200, { timeout: 60_000, interval: 200 })
      expect((await states()).filter(state => state === 'success')).toHaveLength(67)
    } finally {
      await database.close()
    }
  }, 90_000)

  it('is no DAG of a file: hidden from the list, never a problem, and still there after a restart', async () => {
    expect(await work.ask('dags', 'list')).toMatchObject([{ dag: 'hello' }])
    expect((await work.ask<{ dag: string }[]>('dags', 'list', '--all')).map(({ dag }) => dag)).toEqual(['hello', 'longshore.adhoc'])
    expect(await work.ask('dags', 'list', '--errors')).toEqual([])
    const again = await work.run('dags', 'trigger', 'longshore.adhoc')
    expect(again).toMatchObject({ code: 2, stdout: '' })
    expect(again.stderr).toContain("'longshore.adhoc' cannot be triggered")
    await standalone.terminate()
    standalone = await work.standalone()
    expect(await run('--process', '--', 'true')).toMatchObject({ code: 0 })
  })
})

it('what is printed in parts comes out in one line', () => {
  const written: string[] = []
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = ((text: string) => { written.push(text); return true }) as typeof process.stdout.write
  printStreams([{ time: '0', stream: 'stdout', text: 'a', complete: false }, { time: '0', stream: 'stdout', text: 'b', complete: true }])
  process.stdout.write = write
  expect(written).toEqual(['a', 'b\n'])
})
