import { beforeAll, describe, expect, it } from 'vitest'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { Setting } from './setting.js'
import { payload, StandIn } from './stand-in.js'

let redis: RedisServer
let scheduler: StandIn
let setting: Setting

beforeAll(async () => {
  redis = await startRedis()
  scheduler = new StandIn(redis.url)
  setting = new Setting({ redisUrl: redis.url, allowProcess: 'true', dockerHost: 'unix:///nonexistent/docker.sock', concurrency: '4' })
  await setting.start()
})

describe('a worker that runs processes', () => {
  it('tells of the start of one that takes its time, and with its end of that of a quick one', async () => {
    const [quick, slow] = [await scheduler.enqueue({ command: ['true'] }), await scheduler.enqueue({ command: ['sleep', '0.6'] })]
    const typesOf = async (id: AttemptId): Promise<string[]> => (await scheduler.eventsOf(id)).map(({ type }) => type)
    expect((await scheduler.settle(quick)).startedAt).toBeGreaterThan(0)
    await scheduler.settle(slow)
    expect(await typesOf(quick)).toEqual(['claimed', 'finished'])
    expect(await typesOf(slow)).toEqual(['claimed', 'started', 'finished'])
  })

  it('runs one, ships its log and puts everything away', async () => {
    const id = await scheduler.enqueue({ command: ['sh', '-c', 'echo out; echo err >&2; echo "$GREETING"; exit 3'], env: { GREETING: 'hello' } })
    const finished = await scheduler.settle(id)
    expect(finished).toMatchObject({ reason: 'exited', exitCode: 3, result: null, log: { lines: 3, truncated: false } })
    expect(finished.container).toMatch(/^process:\d+$/)
    expect(setting.log(id).sort()).toEqual(['e err', 'o hello', 'o out'])
    await setting.clean()
  })

  it('gives it nothing of its own environment, and reads its result', async () => {
    process.env['LONGSHORE_SECRET_PROBE'] = 'secret'
    const id = await scheduler.enqueue({ command: ['sh', '-c', 'env; echo "{\\"rows\\": 7}" > "$LONGSHORE_RESULT"'], result: true })
    const finished = await scheduler.settle(id)
    delete process.env['LONGSHORE_SECRET_PROBE']
    expect(JSON.parse(finished.result ?? 'null')).toEqual({ rows: 7 })
    expect(setting.log(id).join('\n')).not.toContain('SECRET_PROBE')
  })

  it('stops one at its timeout, together with what it started', async () => {
    const id = await scheduler.enqueue({ command: ['sh', '-c', 'sleep 100 & sleep 100'], timeout: 300, stopGrace: 500 })
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'timeout' })
  })

  it('kills one that ignores SIGTERM after its grace, and records it as cancelled', async () => {
    const id = await scheduler.enqueue({ command: ['sh', '-c', 'trap "" TERM; while :; do sleep 0.1; done'], stopGrace: 300 })
    await scheduler.waitFor(id, 'started')
    await scheduler.mark(id, 'cancel')
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'cancelled' })
  })

  it('stops a fenced one and reports nothing more about it', async () => {
    const id = await scheduler.enqueue({ command: ['sleep', '100'] })
    await scheduler.waitFor(id, 'started')
    await scheduler.mark(id, 'fenced')
    await scheduler.gone(id)
    await setting.clean()
    expect((await scheduler.eventsOf(id)).map(({ type }) => type)).toEqual(['claimed', 'started'])
  })

  it('does not start what is cancelled or fenced before it is claimed', async () => {
    const cancelled = scheduler.nextId()
    const fenced = scheduler.nextId()
    await scheduler.mark(cancelled, 'cancel')
    await scheduler.mark(fenced, 'fenced')
    await scheduler.enqueue({ attempt: cancelled, command: ['false'] })
    await scheduler.enqueue({ attempt: fenced, command: ['false'] })
    expect(await scheduler.settle(cancelled)).toMatchObject({ reason: 'cancelled', startedAt: null })
    await scheduler.gone(fenced)
    expect(await scheduler.eventsOf(fenced)).toEqual([])
  })

  it.each([
    ['of the wrong shape', { v: 1, hello: 'world' }],
    ['with an unknown field', { surprise: true }],
    ['for another attempt', { attempt: '99999.1' }],
    ['for another queue', { queue: 'other' }],
    ['that is null', null],
  ])('rejects a payload %s once, and the next one runs', async (_, wrong) => {
    const id = scheduler.nextId()
    await scheduler.enqueueRaw(id, wrong === null ? null : 'hello' in wrong ? wrong : { ...payload({ attempt: id }), ...wrong })
    const next = await scheduler.enqueue()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'rejected', startedAt: null })
    expect(await scheduler.settle(next)).toMatchObject({ reason: 'exited', exitCode: 0 })
    await setting.clean()
  })

  it('rejects a job whose data is not JSON, and the next one runs', async () => {
    const id = scheduler.nextId()
    await scheduler.enqueueBroken(id, '{ "v": 1, ')
    const next = await scheduler.enqueue()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'rejected' })
    expect(await scheduler.settle(next)).toMatchObject({ exitCode: 0 })
  })

  it('removes a job that names no attempt', async () => {
    await scheduler.enqueueRaw('not-an-attempt', {})
    expect(await scheduler.settle(await scheduler.enqueue())).toMatchObject({ exitCode: 0 })
    await scheduler.gone('not-an-attempt' as never)
  })

  it('runs as many as it has slots, and the rest after them', async () => {
    const ids = await scheduler.enqueueMany(12, { command: ['sleep', '0.2'] })
    for (const id of ids) expect(await scheduler.settle(id)).toMatchObject({ exitCode: 0 })
    expect(await scheduler.jobCounts()).toEqual({ active: 0, wait: 0, prioritized: 0, completed: 0, failed: 0, delayed: 0 })
    await setting.clean()
  })
})
