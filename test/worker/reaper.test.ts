import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { beforeAll, describe, expect, it } from 'vitest'
import type { WorkerEventMap, WorkerEvents } from '../../worker/worker-events.js'
import { BUSYBOX_IMAGE, removeContainersAtEnd, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { until } from '../harness/wait.js'
import { Setting } from './setting.js'
import { StandIn } from './stand-in.js'

const FIRST_INSTANCE = 750_000
const LONG = 600_000
let docker: SharedDocker
let redis: RedisServer
let nextInstance = FIRST_INSTANCE

beforeAll(async () => {
  docker = await sharedDocker()
  redis = await startRedis()
})

function stage(settings: Readonly<Record<string, string>> = {}): { scheduler: StandIn; place: Setting; queue: string } {
  nextInstance += 10
  const queue = `queue-${nextInstance}`
  const place = new Setting({ redisUrl: redis.url, dockerHost: docker.host, allowProcess: 'true', queues: queue, reapEvery: '150', ...settings })
  return { scheduler: new StandIn(redis.url, queue, nextInstance), place, queue }
}

/** What a worker hears itself reap. */
function reapedBy(events: WorkerEvents): WorkerEventMap['reaped'][0][] {
  const reaped: WorkerEventMap['reaped'][0][] = []
  events.on('reaped', facts => reaped.push(facts))
  return reaped
}

const labelsOf = (worker: string, more: Readonly<Record<string, string>> = {}): Record<string, string> =>
  ({ 'longshore.worker': worker, 'longshore.queue': 'default', 'longshore.v': '1', ...more })

async function container(labels: Readonly<Record<string, string>>, isStarted = false): Promise<Docker.Container> {
  removeContainersAtEnd(docker.client, `longshore.worker=${labels['longshore.worker'] ?? ''}`)
  const made = await docker.client.createContainer({ Image: BUSYBOX_IMAGE, Cmd: ['sleep', '1000'], Labels: labels, HostConfig: { NetworkMode: 'none', Init: true } })
  if (isStarted) await made.start()
  return made
}

const isGone = (made: Docker.Container): Promise<boolean> => made.inspect().then(() => false, () => true)
const containersOf = async (attempt: string): Promise<Docker.ContainerInfo[]> => docker.client.listContainers({ all: true, filters: { label: [`longshore.attempt=${attempt}`] } })
const shell = (script: string): Parameters<StandIn['enqueue']>[0] => ({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['sh', '-c', script] })

describe('a worker', () => {
  it('removes containers, networks and volumes of its own that no attempt needs, and nobody else\'s', async () => {
    const { scheduler, place } = stage()
    const worker = await place.start()
    const { worker: id } = worker.status()
    const reaped = reapedBy(worker.events)
    const running = await scheduler.enqueue(shell('sleep 1000'))
    await scheduler.waitFor(running, 'started')
    const strays = [await container(labelsOf(id, { 'longshore.attempt': '9000001.1' })), await container(labelsOf(id, { 'longshore.attempt': '9000002.1' }), true)]
    const others = [
      await container(labelsOf('11111111-0000-4000-8000-000000000000', { 'longshore.attempt': '9000003.1' })),
      await container(labelsOf(id, { 'longshore.canary': '1' })),
      await container(labelsOf(id, { 'longshore.attempt': '9000004.1', 'longshore.v': '2' })),
    ]
    const volume = `reaper-${nextInstance}`
    await docker.client.createVolume({ Name: volume, Labels: labelsOf(id, { 'longshore.attempt': '9000001.1' }) })
    const network = await docker.client.createNetwork({ Name: `reaper-${nextInstance}`, Labels: labelsOf(id, { 'longshore.attempt': '9000001.1' }) })
    await until(() => reaped.length === 4, { describe: () => `four things to be reaped: ${JSON.stringify(reaped)}` })
    expect(reaped.map(({ what }) => what).sort()).toEqual(['container', 'container', 'network', 'volume'])
    for (const stray of strays) expect(await isGone(stray)).toBe(true)
    expect((await docker.client.listVolumes()).Volumes.map(({ Name }) => Name)).not.toContain(volume)
    expect((await docker.client.listNetworks()).map(({ Id }) => Id)).not.toContain(network.id)
    for (const other of others) expect(await isGone(other)).toBe(false)
    expect((await containersOf(running)).map(({ State }) => State)).toEqual(['running'])
    await scheduler.mark(running, 'fenced')
    await scheduler.gone(running)
    await worker.stop()
  })

  it('never reaps what it is starting right now, however often it looks', async () => {
    const { scheduler, place } = stage({ reapEvery: '1', concurrency: '8' })
    const worker = await place.start()
    const reaped = reapedBy(worker.events)
    const ids = await scheduler.enqueueMany(12, shell('echo hello'))
    await scheduler.enqueueMany(12, { command: ['true'] })
    for (const id of ids) expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
    // The directory of an attempt goes in steps; between two of them it may look like a remnant, and is one.
    expect(reaped.filter(({ what }) => what !== 'directory')).toEqual([])
    for (const id of ids) expect(place.log(id)).toEqual(['o hello'])
    await worker.stop()
  })

  it('removes directories and drafts that nobody needs, and processes that were left behind with them', async () => {
    const { scheduler, place } = stage()
    const elsewhere = await place.start()
    const id = await scheduler.enqueue({ command: ['sleep', '1000'] })
    await scheduler.waitFor(id, 'started')
    await elsewhere.stop()
    const { place: bare } = stage()
    const first = await bare.start()
    await first.stop()
    const state = join(bare.stateDir, 'worker')
    // As if the journal had been lost: only the directory tells of the process.
    cpSync(join(place.stateDir, 'worker/attempts', id), join(state, 'attempts', id), { recursive: true })
    const pid = Number(readFileSync(join(state, 'attempts', id, 'pid'), 'utf8').split('\n')[0])
    mkdirSync(join(state, 'attempts', '9000005.1', 'output'), { recursive: true })
    writeFileSync(join(state, 'attempts', '9000005.1', 'output', 'result.json'), '1')
    writeFileSync(join(state, 'spool', '9000006.1.json.tmp'), '{')
    writeFileSync(join(state, 'intents', '9000007.1.json.unreadable'), '{')
    writeFileSync(join(state, 'intents', '9000008.1.json.unreadable'), '{')
    utimesSync(join(state, 'intents', '9000008.1.json.unreadable'), new Date(0), new Date(0))
    const second = await bare.start()
    await until(() => readdirSync(join(state, 'attempts')).length === 0 && readdirSync(join(state, 'spool')).length === 0, { describe: 'directories and drafts to be reaped' })
    await until(() => !existsSync(`/proc/${pid}`), { describe: `process ${pid} to be gone` })
    await until(() => readdirSync(join(state, 'intents')).join() === '9000007.1.json.unreadable', { describe: 'what was set aside long ago to be reaped' })
    await second.stop()
  })

  it('takes what a start left behind whose answer came too late', async () => {
    const { scheduler, place } = stage()
    const worker = await place.start()
    const id = await scheduler.enqueue(shell('exit 0'))
    await scheduler.settle(id)
    await place.clean()
    const late = await container(labelsOf(worker.status().worker, { 'longshore.attempt': id }))
    await until(() => isGone(late), { describe: 'the late container to be reaped' })
    await worker.stop()
  })
})

describe('with keepFailed', () => {
  it('a failed attempt leaves its container and what it wrote, over restarts, until the time in its name', async () => {
    const { scheduler, place } = stage({ keepFailed: String(LONG) })
    const first = await place.start()
    const early = reapedBy(first.events)
    const failed = await scheduler.enqueue({ ...shell('echo partial > /longshore/notes; exit 3'), result: true })
    const fine = await scheduler.enqueue(shell('exit 0'))
    expect(await scheduler.settle(failed)).toMatchObject({ reason: 'exited', exitCode: 3 })
    expect(await scheduler.settle(fine)).toMatchObject({ reason: 'exited', exitCode: 0 })
    await until(async () => (await containersOf(failed))[0]?.Names[0]?.includes('-kept-until-') === true, { describe: () => `the container to be kept; reaped: ${JSON.stringify(early)}` })
    await until(async () => (await containersOf(fine)).length === 0, { describe: 'the other container to be removed' })
    await first.stop()
    const second = await place.start()
    const reaped = reapedBy(second.events)
    // Something that is reaped proves that it has looked twice.
    const stray = await container(labelsOf(second.status().worker, { 'longshore.attempt': '9000009.1' }))
    await until(async () => await isGone(stray) && reaped.length > 0, { describe: 'a stray container to be reaped' })
    expect(reaped.map(({ attempt }) => attempt)).toEqual(['9000009.1'])
    const [kept] = await containersOf(failed)
    expect(kept).toMatchObject({ State: 'exited' })
    expect((await docker.client.getContainer(kept?.Id ?? '').inspect()).State.ExitCode).toBe(3)
    expect(existsSync(join(place.stateDir, 'worker/attempts', failed, 'output/notes'))).toBe(true)
    expect(await scheduler.eventsOf(failed, 'finished')).toHaveLength(1)
    await second.stop()
  })

  it('what was kept is reaped when its time is over, with its directory', async () => {
    const { scheduler, place } = stage({ keepFailed: '1500' })
    const worker = await place.start()
    const failed = await scheduler.enqueue(shell('exit 3'))
    await scheduler.settle(failed)
    await until(async () => (await containersOf(failed)).length === 0, { describe: 'the kept container to be reaped' })
    await place.clean()
    await worker.stop()
  })

  it('a cancelled attempt leaves nothing', async () => {
    const { scheduler, place } = stage({ keepFailed: String(LONG) })
    const worker = await place.start()
    const id = await scheduler.enqueue({ ...shell('sleep 1000'), stopGrace: 100 })
    await scheduler.waitFor(id, 'started')
    await scheduler.mark(id, 'cancel')
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'cancelled' })
    await until(async () => (await containersOf(id)).length === 0, { describe: 'the container to be removed' })
    await worker.stop()
  })
})
