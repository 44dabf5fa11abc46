import { beforeAll, describe, expect, it } from 'vitest'
import type { JobPayload } from '../../shared/protocol/job.js'
import { BUSYBOX_IMAGE, sharedDocker, startDockerd, type SharedDocker } from '../harness/docker.js'
import { startRedis } from '../harness/redis.js'
import { startTcpProxy } from '../harness/tcp-proxy.js'
import { lasting, until } from '../harness/wait.js'
import { containerOf } from '../worker/container-of.js'
import { Setting } from '../worker/setting.js'
import { StandIn } from '../worker/stand-in.js'

const FIRST_INSTANCE = 430_000
let docker: SharedDocker
let nextInstance = FIRST_INSTANCE
const instance = (): number => (nextInstance += 100)

beforeAll(async () => {
  docker = await sharedDocker()
})

const shell = (script: string, task: Partial<JobPayload> = {}): Partial<JobPayload> =>
  ({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['sh', '-c', script], ...task })
const COUNT = 'i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo line $i; sleep 0.1; done'
const COUNTED = Array.from({ length: 30 }, (_, index) => `o line ${index + 1}`)

describe('while Redis', () => {
  it('hangs, tasks run on, and what they ended with is reported afterwards', async () => {
    const redis = await startRedis()
    const scheduler = new StandIn(redis.url, 'default', instance())
    const place = new Setting({ redisUrl: redis.url, dockerHost: docker.host })
    const worker = await place.start()
    const id = await scheduler.enqueue(shell('sleep 1; exit 5'))
    await scheduler.waitFor(id, 'started')
    redis.freeze()
    await until(async () => (await (await containerOf(docker.client, id)).inspect()).State.Running === false, { describe: 'the container to end' })
    await lasting(1_000)
    redis.thaw()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 5 })
    expect(await scheduler.settle(await scheduler.enqueue(shell('true')), 25_000)).toMatchObject({ exitCode: 0 })
    await worker.stop()
    expect(place.remains()).toEqual([])
  })

  it('is started again empty, leases are asserted again, events repeated, and new work is taken', async () => {
    const redis = await startRedis()
    const scheduler = new StandIn(redis.url, 'default', instance())
    const place = new Setting({ redisUrl: redis.url, dockerHost: docker.host })
    const worker = await place.start()
    const id = await scheduler.enqueue(shell(COUNT))
    await scheduler.waitFor(id, 'started')
    await redis.restart()
    const later = new StandIn(redis.url, 'default', instance())
    expect(await later.waitFor(id, 'started')).toMatchObject({ attempt: id })
    expect(await later.owner(id)).toBe(worker.status().worker)
    expect(await later.settle(id)).toMatchObject({ exitCode: 0 })
    expect(place.log(id)).toEqual(COUNTED)
    expect(await later.settle(await later.enqueue(shell('true')))).toMatchObject({ exitCode: 0 })
    await worker.stop()
    expect(place.remains()).toEqual([])
  })

  it('is away, SIGTERM still ends the worker within seconds', async () => {
    const redis = await startRedis()
    const scheduler = new StandIn(redis.url, 'default', instance())
    const place = new Setting({ redisUrl: redis.url, dockerHost: docker.host })
    const worker = await place.launched()
    const id = await scheduler.enqueue(shell('sleep 100'))
    await scheduler.waitFor(id, 'started')
    await redis.kill()
    const asked = performance.now()
    expect(await worker.terminate()).toEqual({ code: 0, signal: null })
    expect(performance.now() - asked).toBeLessThan(9_000)
    expect((await (await containerOf(docker.client, id)).inspect()).State.Running).toBe(true)
    await (await containerOf(docker.client, id)).remove({ force: true })
  })

  it('cannot be reached for too long, the worker stops its tasks itself before their leases end', async () => {
    const redis = await startRedis()
    const proxy = await startTcpProxy({ port: redis.port })
    const scheduler = new StandIn(redis.url, 'default', instance())
    const place = new Setting({ redisUrl: proxy.through(redis.url), dockerHost: docker.host })
    const worker = await place.start({ leaseTtl: 6_000, selfFenceAfter: 2_000, leaseRenewEvery: 300 })
    const id = await scheduler.enqueue(shell('sleep 100'))
    await scheduler.waitFor(id, 'started')
    proxy.drop()
    await until(async () => (await (await containerOf(docker.client, id)).inspect()).State.Running === false, { timeout: 15_000, describe: 'the container to be stopped' })
    expect(await scheduler.eventsOf(id, 'finished')).toEqual([])
    expect(await scheduler.owner(id)).not.toBeNull()
    proxy.resume()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'infrastructure', detail: expect.stringContaining('could not reach Redis') as string })
    await worker.stop()
  })
})

describe('when Docker', () => {
  it('is killed and comes back with live-restore, containers are followed without a gap', async () => {
    const { daemon } = await startDockerd({ liveRestore: true })
    const redis = await startRedis()
    const scheduler = new StandIn(redis.url, 'default', instance())
    const place = new Setting({ redisUrl: redis.url, dockerHost: daemon.host })
    const worker = await place.start()
    const id = await scheduler.enqueue(shell(COUNT))
    await until(() => place.log(id).length > 2, { describe: 'some lines of the log' })
    await daemon.kill()
    await until(() => worker.status().docker === 'down')
    expect(worker.status().refusing.join()).toContain('does not answer')
    const waiting = await scheduler.enqueue(shell('true'))
    await daemon.relaunch()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
    expect(place.log(id)).toEqual(COUNTED)
    expect(await scheduler.settle(waiting)).toMatchObject({ exitCode: 0 })
    await worker.stop()
    expect(place.remains()).toEqual([])
  }, 60_000)

  it('is killed and comes back without live-restore, the loss is not blamed on the task', async () => {
    const { daemon } = await startDockerd({ liveRestore: false })
    const redis = await startRedis()
    const scheduler = new StandIn(redis.url, 'default', instance())
    const place = new Setting({ redisUrl: redis.url, dockerHost: daemon.host })
    const worker = await place.start()
    const id = await scheduler.enqueue(shell('sleep 100'))
    await scheduler.waitFor(id, 'started')
    await daemon.kill()
    await until(() => worker.status().docker === 'down')
    await daemon.relaunch()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'infrastructure' })
    await worker.stop()
    expect(place.remains()).toEqual([])
  }, 60_000)

  it('hangs, no work is taken, the worker can be stopped, and its task is adopted later', async () => {
    const { daemon } = await startDockerd({ liveRestore: true })
    const redis = await startRedis()
    const scheduler = new StandIn(redis.url, 'default', instance())
    const place = new Setting({ redisUrl: redis.url, dockerHost: daemon.host })
    const worker = await place.start()
    const id = await scheduler.enqueue(shell('sleep 8; echo over'))
    await scheduler.waitFor(id, 'started')
    daemon.freeze()
    await until(() => worker.status().docker === 'down', { timeout: 20_000 })
    expect(worker.status().ready).toBe(false)
    const asked = performance.now()
    await worker.stop()
    expect(performance.now() - asked).toBeLessThan(9_000)
    daemon.thaw()
    const next = await place.start()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
    expect(place.log(id)).toEqual(['o over'])
    await next.stop()
    expect(place.remains()).toEqual([])
  }, 60_000)

  it('is not there, a worker says so and does not start', async () => {
    const redis = await startRedis()
    const place = new Setting({ redisUrl: redis.url, dockerHost: 'unix:///nonexistent/docker.sock' })
    await expect(place.start()).rejects.toMatchObject({ code: 'LS_DOCKER_UNREACHABLE' })
    // It has let go of everything.
    await expect(place.start({ allowProcess: true })).resolves.toBeDefined()
  })
})

describe('several queues', () => {
  it('share the slots, and a busy one does not starve the others', async () => {
    const redis = await startRedis()
    const busy = new StandIn(redis.url, 'busy', instance())
    const calm = new StandIn(redis.url, 'calm', instance())
    const place = new Setting({ redisUrl: redis.url, dockerHost: 'unix:///nonexistent/docker.sock', allowProcess: 'true', queues: 'busy,calm', concurrency: '2' })
    const worker = await place.start()
    const many = await busy.enqueueMany(20, { command: ['sleep', '0.1'] })
    await busy.waitFor(many[1] as `${number}.${number}`, 'claimed')
    const one = await calm.enqueue({ command: ['true'] })
    await calm.waitFor(one, 'finished')
    expect((await busy.events()).filter(({ type }) => type === 'finished').length).toBeLessThan(10)
    for (const id of many) await busy.settle(id)
    await calm.settle(one)
    await worker.stop()
  })

  it('of two workers: what one has no slot for, the other takes at once', async () => {
    const redis = await startRedis()
    const left = new StandIn(redis.url, 'left', instance())
    const right = new StandIn(redis.url, 'right', instance())
    const common = { redisUrl: redis.url, dockerHost: 'unix:///nonexistent/docker.sock', allowProcess: 'true', queues: 'left,right', concurrency: '1' }
    const [first, second] = [new Setting(common), new Setting(common)]
    const workers = [await first.start(), await second.start()]
    for (let round = 0; round < 3; round += 1) {
      const ids = await Promise.all([left.enqueue({ command: ['sleep', '1'] }), right.enqueue({ command: ['sleep', '1'] })])
      const ends = await Promise.all([left.settle(ids[0]), right.settle(ids[1])])
      // Each began before the other was over: none waited for a worker that had no slot.
      expect(Math.max(...ends.map(({ startedAt }) => startedAt ?? Infinity))).toBeLessThan(Math.min(...ends.map(({ finishedAt }) => finishedAt)))
    }
    for (const worker of workers) await worker.stop()
  })
})
