import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Presence } from '../../shared/broker/presence.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { DockerApi } from '../../worker/executors/docker/docker-api.js'
import { SystemCalls } from '../../worker/executors/docker/system-calls.js'
import { CANARY_LABEL, Canary } from '../../worker/health/canary.js'
import { atEnd } from '../harness/cleanup.js'
import { BUSYBOX_IMAGE, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { startDockerProxy } from '../harness/docker-proxy.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { askDepot } from '../harness/run-context.js'
import { until } from '../harness/wait.js'
import { containerOf } from './container-of.js'
import { Setting } from './setting.js'
import { StandIn } from './stand-in.js'

// Container names hold the attempt: each file that shares a Docker has its own range of task instances.
let nextInstance = 610_000
const MIB = 1024 ** 2
const NO_SHIM = 'failed to start shim: fork/exec /usr/bin/containerd-shim: resource temporarily unavailable'
const START = /^POST .*\/containers\/longshore-[^/]*(?<!canary)\/start/
const CANARY_START = /^POST .*-canary\/start/

let docker: SharedDocker
let redis: RedisServer
let scheduler: StandIn

beforeAll(async () => {
  await askDepot('build')
  docker = await sharedDocker()
  redis = await startRedis()
})

beforeEach(() => {
  nextInstance += 100
  scheduler = new StandIn(redis.url, `health-${nextInstance}`, nextInstance)
})

const shell = (script: string, task: Partial<JobPayload> = {}): Partial<JobPayload> => ({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['sh', '-c', script], ...task })
const place = (dockerHost: string, more: Readonly<Record<string, string>> = {}): Setting =>
  new Setting({ redisUrl: redis.url, queues: scheduler.queue, dockerHost, concurrency: '2', quarantineAfter: '3', quarantineProbe: '100', ...more })
const canaries = async (worker: string): Promise<number> => (await docker.client.listContainers({ all: true, filters: { label: [CANARY_LABEL, `longshore.worker=${worker}`] } })).length
const canaryImages = async (worker: string): Promise<number> => (await docker.client.listImages({ filters: { reference: [`longshore-canary:${worker.slice(0, 8)}`] } })).length

/** Plays on: what was given back is dispatched again, with the next fence. */
async function dispatchAgain(given: readonly AttemptId[]): Promise<AttemptId[]> {
  const again = given.map((id): AttemptId => `${Number(id.split('.')[0])}.2`)
  for (const attempt of again) await scheduler.enqueue(shell('true', { attempt }))
  return again
}

describe('a worker whose Docker starts nothing', () => {
  it('wastes no more attempts than it takes to see that, gives the others back, leaves the rest to others, and comes back by itself', async () => {
    const proxy = await startDockerProxy(docker.socketPath)
    proxy.refuse(/^POST .*\/start/, 500, NO_SHIM)
    const ill = await place(proxy.host, { workerName: 'ill' }).start()
    const ids = await scheduler.enqueueMany(12, shell('true'))
    await until(() => ill.status().health !== 'healthy', { describe: 'the quarantine' })
    await until(() => ill.status().active === 0 && ill.status().slots.used === 0, { describe: 'everything to be given back or reported' })
    expect(ill.status()).toMatchObject({ ready: false, refusing: [expect.stringMatching(/^it is quarantined: 3 containers in a row could not be started; the last: failed to start shim/)] })

    const events = await scheduler.events()
    const wasted = events.filter(event => event.type === 'finished')
    const given = events.filter(({ type }) => type === 'released')
    // The third is what the quarantine is known by; it costs its task nothing.
    expect(wasted.map(event => event.type === 'finished' && event.reason)).toEqual(['start_failed', 'start_failed'])
    expect(given.length).toBeGreaterThanOrEqual(1)
    expect(given.length).toBeLessThanOrEqual(2)
    for (const { attempt } of wasted) await scheduler.settle(attempt)

    // It goes on probing, in vain, and starts no attempt.
    const starts = proxy.count(START)
    await until(() => proxy.count(CANARY_START) >= 3, { describe: 'some probes' })
    expect(proxy.count(START)).toBe(starts)
    const { workers } = await new Presence(scheduler.redis, 'longshore').read(scheduler.queue)
    expect(workers).toEqual([expect.objectContaining({ name: 'ill', health: expect.stringMatching(/quarantined|probing/), refusing: [expect.stringContaining('it is quarantined')] })])

    const fit = await place(docker.host, { workerName: 'fit' }).start()
    const again = await dispatchAgain(given.map(({ attempt }) => attempt))
    const rest = ids.filter(id => ![...wasted, ...given].some(({ attempt }) => attempt === id))
    for (const id of [...rest, ...again]) expect(await scheduler.settle(id)).toMatchObject({ exitCode: 0 })
    expect(proxy.count(START)).toBe(starts)
    await fit.stop()

    proxy.accept()
    await until(() => ill.status().ready, { describe: 'the worker to come back', timeout: 20_000 })
    expect(await scheduler.settle(await scheduler.enqueue(shell('true')))).toMatchObject({ exitCode: 0 })
    const { worker } = ill.status()
    expect([await canaries(worker), await canaryImages(worker)]).toEqual([0, 0])
  }, 60_000)

  it('gives back what is waiting for room or being prepared, too', async () => {
    const proxy = await startDockerProxy(docker.socketPath)
    const ill = await place(proxy.host, { capacityMemory: String(64 * MIB), concurrency: '8', quarantineAfter: '1', quarantineProbe: '600000' }).start()
    const runs = await scheduler.enqueue(shell('while [ ! -e /tmp/end ]; do sleep 0.1; done', { memory: 64 * MIB, stopGrace: 200 }))
    await scheduler.waitFor(runs, 'started')
    const waits = await scheduler.enqueue(shell('true', { memory: 32 * MIB }))
    await scheduler.waitFor(waits, 'claimed')
    proxy.refuse(/^POST .*\/(start|images\/create.*)/, 500, NO_SHIM)
    const fails = await scheduler.enqueue(shell('true'))
    for (const id of [fails, waits]) expect(await scheduler.waitFor(id, 'released')).toMatchObject({ detail: expect.stringContaining('it is quarantined') })
    // What runs, runs on, and is held.
    expect(ill.status()).toMatchObject({ active: 1, refusing: [expect.stringContaining('quarantined')] })
    expect(await scheduler.owner(runs)).toBe(ill.status().worker)
    await scheduler.mark(runs, 'cancel')
    expect(await scheduler.settle(runs)).toMatchObject({ reason: 'cancelled' })
  })
})

it('a worker whose Docker lacks the runtime takes nothing, says what there is, and goes on with what it runs', async () => {
  const bare = place(docker.host)
  const before = await bare.start({ containerRuntime: 'runc' })
  const id = await scheduler.enqueue(shell('sleep 2'))
  await scheduler.waitFor(id, 'started')
  expect((await (await containerOf(docker.client, id)).inspect()).HostConfig.Runtime).toBe('runc')
  await before.stop()
  const bereft = await bare.start({ containerRuntime: 'nowhere' })
  expect(bereft.status()).toMatchObject({ health: 'guarded', active: 1, refusing: [expect.stringMatching(/knows no runtime 'nowhere' \(containerRuntime\); it has .*runc/)] })
  const waits = await scheduler.enqueue(shell('true'))
  expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
  await place(docker.host).start()
  expect(await scheduler.settle(waits)).toMatchObject({ reason: 'exited', exitCode: 0 })
})

it('what tasks do wrong quarantines no worker', async () => {
  const worker = await place(docker.host, { concurrency: '8' }).start()
  const wrong = [
    ...await scheduler.enqueueMany(4, shell('true', { user: 'nobody-knows-them' })), ...await scheduler.enqueueMany(4, shell('true', { mounts: [{ source: '/nowhere/at/all', target: '/x', readOnly: true }] })),
    ...await scheduler.enqueueMany(4, shell('true', { image: 'nowhere/never:1', pull: 'never' })), ...await scheduler.enqueueMany(4, shell('exit 1')), ...await scheduler.enqueueMany(4, shell('true', { network: 'no-such-network' })),
    ...await scheduler.enqueueMany(4, shell('true', { mounts: [{ source: '/tmp', target: '/proc/x', readOnly: true }] })), ...await scheduler.enqueueMany(4, shell('true', { workdir: '/bin/busybox' })),
    ...await scheduler.enqueueMany(4, shell('true', { user: '99999999999' })), ...await scheduler.enqueueMany(6, shell('true', { image: 'no name' })),
  ]
  const reasons = new Set<string>()
  for (const id of wrong) reasons.add((await scheduler.settle(id)).reason)
  expect([...reasons].sort()).toEqual(['exited', 'image_missing', 'start_failed'])
  expect(worker.status()).toMatchObject({ health: 'healthy', ready: true })
})

describe('the canary', () => {
  const worker = 'ca4a47fe-0000-4000-8000-000000000000'
  const api = (): DockerApi => new DockerApi(docker.host)
  const probe = (image: string, lastImage: string | null = null): Promise<string | null> =>
    new Canary({ docker: api(), systemCalls: new SystemCalls(api(), 'native'), runtime: '', worker, image, lastImage: () => lastImage }).probe(new AbortController().signal)

  it('lives with any image, and without one; and leaves nothing behind', async () => {
    expect(await probe(BUSYBOX_IMAGE)).toBeNull()
    expect(await probe('', BUSYBOX_IMAGE)).toBeNull()
    expect(await probe('', 'nowhere/gone:1')).toBeNull()
    expect(await probe('')).toBeNull()
    expect([await canaries(worker), await canaryImages(worker)]).toEqual([0, 0])
  })

  it('is never pulled, and takes the place of one that was cut short', async () => {
    expect(await probe('nowhere/never:1')).toMatch(/no such image/i)
    await docker.client.createContainer({ name: 'longshore-ca4a47fe-canary', Image: BUSYBOX_IMAGE, Labels: { [CANARY_LABEL]: '1' } })
    expect(await probe('')).toBeNull()
  })
})

describe('a worker that is short', () => {
  it('of memory takes nothing, says how short, and another one takes it', async () => {
    const short = await place(docker.host, { minFreeMemory: '100%', workerName: 'short' }).start()
    expect(short.status()).toMatchObject({ health: 'guarded', ready: false, refusing: [expect.stringMatching(/GiB are free in memory, and it takes work with .* \(minFreeMemory\)$/)] })
    const id = await scheduler.enqueue(shell('true'))
    const other = await place(docker.host).start()
    await scheduler.waitFor(id, 'claimed')
    expect(await scheduler.owner(id)).toBe(other.status().worker)
    await scheduler.settle(id)
  })

  it('is measured also while Docker cannot remove what a probe has left', async () => {
    const proxy = await startDockerProxy(docker.socketPath)
    proxy.refuse(/^DELETE .*canary/, 500, 'device or resource busy')
    const here = place(proxy.host)
    const worker = await here.start()
    const obstacle = join(here.stateDir, 'worker', 'probe')
    mkdirSync(obstacle)
    await until(() => worker.status().health === 'guarded', { describe: 'the worker to see that it cannot write' })
    rmSync(obstacle, { recursive: true })
    await until(() => worker.status().health === 'healthy', { describe: 'the worker to see that it can again' })
  })

  // Mounting takes root, as a Docker of our own does.
  it('of disk loses nothing that runs, survives being killed, and takes work again when there is room', async () => {
    const here = place(docker.host, { minFreeDisk: String(MIB) })
    mkdirSync(here.stateDir, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'longshore-test', here.stateDir])
    atEnd(() => { execFileSync('umount', ['-l', here.stateDir]) })
    const first = await here.launched()
    const script = 'echo begun; while [ ! -e /tmp/end ]; do sleep 0.1; done; echo over; exit 5'
    const ids = [await scheduler.enqueue(shell(script)), await scheduler.enqueue(shell(script))]
    for (const id of ids) await scheduler.waitFor(id, 'started')
    const fill = join(here.stateDir, 'fill')
    expect(() => writeFileSync(fill, Buffer.alloc(8 * MIB))).toThrow(/ENOSPC/)
    await first.waitForLog(line => line['state'] === 'guarded' && String(line['reason']).includes('are free for the state directory'))
    const waiting = await scheduler.enqueue(shell('true'))

    const end = async (id: AttemptId): Promise<void> => {
      const run = await (await containerOf(docker.client, id)).exec({ Cmd: ['touch', '/tmp/end'] })
      await run.start({})
    }
    // One ends while the disk is full, the other while nobody looks as well.
    await end(ids[0] as AttemptId)
    expect(await scheduler.settle(ids[0] as AttemptId)).toMatchObject({ reason: 'exited', exitCode: 5 })
    await until(() => !here.remains().some(name => name.includes(ids[0] as AttemptId)), { describe: 'the first to be put away' })
    await first.kill9()
    await end(ids[1] as AttemptId)
    const second = await here.launched()
    expect(await scheduler.settle(ids[1] as AttemptId)).toMatchObject({ reason: 'exited', exitCode: 5 })
    for (const id of ids) expect(here.log(id)).toEqual(['o begun', 'o over'])
    expect(await scheduler.eventsOf(waiting)).toEqual([])
    expect(second.running).toBe(true)

    rmSync(fill)
    expect(await scheduler.settle(waiting)).toMatchObject({ exitCode: 0 })
    await second.terminate()
    expect(here.remains()).toEqual([])
  }, 60_000)

  it('of a disk that became read-only never starts again what has ended meanwhile', async () => {
    const here = place(docker.host)
    const first = await here.launched()
    const id = await scheduler.enqueue(shell('echo begun; while [ ! -e /tmp/end ]; do sleep 0.1; done'))
    await scheduler.waitFor(id, 'started')
    const container = await containerOf(docker.client, id)
    const startedAt = (await container.inspect()).State.StartedAt
    const folders = ['intents', 'spool'].map(name => join(here.stateDir, 'worker', name))
    let isReadOnly = true
    const mend = (): void => {
      if (isReadOnly) for (const folder of folders) execFileSync('umount', ['-l', folder])
      isReadOnly = false
    }
    for (const folder of folders) {
      execFileSync('mount', ['--bind', folder, folder])
      execFileSync('mount', ['-o', 'remount,bind,ro', folder])
    }
    atEnd(mend)
    await (await container.exec({ Cmd: ['touch', '/tmp/end'] })).start({})
    await scheduler.waitFor(id, 'finished')
    await scheduler.mark(id, 'durable')
    await first.waitForLog('what is left of an attempt cannot be removed yet; it will be repeated')
    await first.kill9()
    // The scheduler's word does not last for ever, and the next process comes late.
    await scheduler.unmark(id)
    mend()
    const second = await here.start()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
    await here.clean()
    const starts = (await scheduler.eventsOf(id)).flatMap(event => (event.type === 'started' || event.type === 'finished' ? [event.startedAt] : []))
    expect(new Set(starts.map(time => Math.floor(time ?? 0)))).toEqual(new Set([Date.parse(`${startedAt.slice(0, 23)}Z`)]))
    await second.stop()
  })
})
