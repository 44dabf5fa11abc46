import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { beforeAll, describe, expect, it } from 'vitest'
import { queueKeys } from '../../shared/protocol/keys.js'
import { JobPayload } from '../../shared/protocol/job.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { containerName } from '../../worker/executors/docker/container-spec.js'
import { BUSYBOX_IMAGE, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { startDockerProxy } from '../harness/docker-proxy.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { askDepot } from '../harness/run-context.js'
import { until } from '../harness/wait.js'
import { containerOf } from '../worker/container-of.js'
import { Setting } from '../worker/setting.js'
import { PREFIX, payload, StandIn } from '../worker/stand-in.js'

const FIRST_INSTANCE = 730_000
const DAY = 24 * 3_600_000
let docker: SharedDocker
let redis: RedisServer
let nextInstance = FIRST_INSTANCE

beforeAll(async () => {
  await askDepot('build')
  docker = await sharedDocker()
  redis = await startRedis()
}, 120_000)

interface Stage {
  readonly scheduler: StandIn
  readonly place: Setting
  readonly queue: string
}

function stage(): Stage {
  nextInstance += 10
  const queue = `queue-${nextInstance}`
  return { scheduler: new StandIn(redis.url, queue, nextInstance), place: new Setting({ redisUrl: redis.url, dockerHost: docker.host, queues: queue, reapEvery: '150' }), queue }
}

type Json = Record<string, unknown>

/** What the next process finds is not what this one wrote. */
function rewrite(place: Setting, folder: 'intents' | 'spool', id: AttemptId, change: (content: Json) => Json): void {
  const path = join(place.stateDir, 'worker', folder, `${id}.json`)
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')) as Json)))
}

const later = (content: Json): Json => ({ ...content, v: 2 })
const ours = (content: Json): Json => ({ ...content, v: 1 })

const shell = (script: string, task: Partial<JobPayload> = {}): Partial<JobPayload> => ({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['sh', '-c', script], ...task })
const LONG = 'i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo line $i; sleep 0.05; done'
const LINES = Array.from({ length: 40 }, (_, index) => `o line ${index + 1}`)
const startOf = async (container: Docker.Container): Promise<string> => (await container.inspect()).State.StartedAt

/** A task that runs, and whose worker has gone. */
async function left({ scheduler, place }: Stage, script: string): Promise<{ readonly id: AttemptId; readonly container: Docker.Container; readonly startedAt: string }> {
  const worker = await place.start()
  const id = await scheduler.enqueue(shell(script))
  await scheduler.waitFor(id, 'started')
  await worker.stop()
  const container = await containerOf(docker.client, id)
  return { id, container, startedAt: await startOf(container) }
}

describe('what a version one ahead has written', () => {
  it('with fields that this one does not know is adopted: same container, whole log', async () => {
    const here = stage()
    const { id, container, startedAt } = await left(here, LONG)
    rewrite(here.place, 'intents', id, content => ({ ...content, hint: { of: 'tomorrow' }, payload: { ...content['payload'] as Json, colour: 'blue' } }))
    const worker = await here.place.start()
    expect(await startOf(container)).toBe(startedAt)
    expect(await here.scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
    expect(here.place.log(id)).toEqual(LINES)
    expect(await here.scheduler.containersOf(id)).toHaveLength(1)
    await here.place.clean()
    await worker.stop()
  })

  it('about an end, with fields that this one does not know, is reported', async () => {
    const { scheduler, place } = stage()
    const doomed = await place.launched({ LONGSHORE_CRASH_AT: 'worker.after-spool' })
    const id = await scheduler.enqueue(shell('exit 4'))
    await doomed.exited
    rewrite(place, 'spool', id, content => ({ ...content, hint: 'of tomorrow' }))
    const worker = await place.start()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 4 })
    await place.clean()
    await worker.stop()
  })

  it('in a form that this one cannot read stays alive under its lease, is not reported, and goes on when the later version is back', async () => {
    const here = stage()
    const { scheduler, place } = here
    const { id, container, startedAt } = await left(here, LONG)
    rewrite(place, 'intents', id, later)
    const old = await place.launched()
    await old.waitForLog(/later version/)
    expect(await scheduler.owner(id)).toBe(await workerOf(container))
    // Another task, and two looks of the reaper, show that this one works as usual beside it.
    expect(await scheduler.settle(await scheduler.enqueue(shell('exit 0')))).toMatchObject({ exitCode: 0 })
    await until(async () => (await container.inspect()).State.Running === false, { describe: 'the task to end by itself' })
    expect(await scheduler.eventsOf(id, 'finished')).toEqual([])
    await old.kill9()
    rewrite(place, 'intents', id, ours)
    const worker = await place.start()
    expect(await startOf(container)).toBe(startedAt)
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0, log: { lines: 40 } })
    expect(place.log(id)).toEqual(LINES)
    await place.clean()
    await worker.stop()
  })

  it('in a form that this one cannot read is stopped and removed when the scheduler has given it up', async () => {
    const here = stage()
    const { id, container } = await left(here, 'sleep 1000')
    rewrite(here.place, 'intents', id, later)
    const worker = await here.place.start()
    await here.scheduler.mark(id, 'fenced')
    await here.scheduler.gone(id)
    await here.place.clean()
    await expect(container.inspect()).rejects.toMatchObject({ statusCode: 404 })
    expect(await here.scheduler.eventsOf(id, 'finished')).toEqual([])
    await worker.stop()
  })

  it('in a form that this one cannot read can be cancelled', async () => {
    const here = stage()
    const { id } = await left(here, 'sleep 1000')
    rewrite(here.place, 'intents', id, later)
    const worker = await here.place.start()
    await here.scheduler.mark(id, 'cancel')
    expect(await here.scheduler.settle(id)).toMatchObject({ reason: 'cancelled' })
    await here.place.clean()
    await worker.stop()
  })

  it('in a form that this one cannot read is cancelled also when Docker could not stop it at first', async () => {
    const here = stage()
    const { id, container } = await left(here, 'sleep 1000')
    rewrite(here.place, 'intents', id, later)
    const proxy = await startDockerProxy(docker.socketPath)
    proxy.refuse(/^POST .*\/kill/, 500, 'cannot kill container: tried to kill container, but did not receive an exit event')
    const worker = await here.place.start({ dockerHost: proxy.host })
    await here.scheduler.mark(id, 'cancel')
    await until(() => proxy.count(/^POST .*\/kill/) >= 2, { describe: 'the worker to try again' })
    expect(await here.scheduler.eventsOf(id, 'finished')).toEqual([])
    expect((await container.inspect()).State.Running).toBe(true)
    proxy.accept()
    expect(await here.scheduler.settle(id)).toMatchObject({ reason: 'cancelled' })
    await here.place.clean()
    await worker.stop()
  })

  it('about an end, in a form that this one cannot read, waits for that version and is not reported twice', async () => {
    const { scheduler, place } = stage()
    const doomed = await place.launched({ LONGSHORE_CRASH_AT: 'worker.after-spool' })
    const id = await scheduler.enqueue(shell('exit 4'))
    await doomed.exited
    rewrite(place, 'spool', id, later)
    const old = await place.start()
    expect(await scheduler.settle(await scheduler.enqueue(shell('exit 0')))).toMatchObject({ exitCode: 0 })
    expect(await scheduler.eventsOf(id, 'finished')).toEqual([])
    expect(await scheduler.leaseMs(id)).toBeGreaterThan(0)
    await old.stop()
    rewrite(place, 'spool', id, ours)
    const worker = await place.start()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 4 })
    await place.clean()
    await worker.stop()
  })
})

describe('what a version one back has written', () => {
  it('without fields and labels that came later is adopted', async () => {
    const { scheduler, place, queue } = stage()
    const first = await place.start()
    const { worker: id } = first.status()
    await first.stop()
    const attempt = scheduler.nextId()
    const container = await docker.client.createContainer({
      name: containerName(id, attempt), Image: BUSYBOX_IMAGE, Cmd: ['sh', '-c', LONG], HostConfig: { NetworkMode: 'none', Init: true },
      Labels: { 'longshore.worker': id, 'longshore.attempt': attempt, 'longshore.queue': queue },
    })
    await container.start()
    const optional = Object.entries(JobPayload.shape).filter(([, field]) => field.safeParse(undefined).success).map(([name]) => name)
    const old = Object.fromEntries(Object.entries(payload({ attempt, queue, ...shell(LONG) })).filter(([name]) => !optional.includes(name)))
    writeFileSync(join(place.stateDir, 'worker/intents', `${attempt}.json`), JSON.stringify({ v: 1, queue, payload: old, createdAt: Date.now(), executor: 'docker' }))
    const worker = await place.start()
    expect(await scheduler.settle(attempt)).toMatchObject({ reason: 'exited', exitCode: 0 })
    expect(place.log(attempt)).toEqual(LINES)
    await place.clean()
    await worker.stop()
  })
})

describe('a host that comes back', () => {
  it('after a reboot, with its lease over and nobody else on it, starts what was created and never started: once', async () => {
    const { scheduler, place, queue } = stage()
    const doomed = await place.launched({ LONGSHORE_CRASH_AT: 'worker.after-create' })
    const id = await scheduler.enqueue(shell('echo hello'))
    await doomed.exited
    await scheduler.redis.del(queueKeys(PREFIX, queue).lease(id))
    const worker = await place.start()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
    expect(place.log(id)).toEqual(['o hello'])
    await place.clean()
    await worker.stop()
  })

  it('after longer than the scheduler\'s word lasts, never starts what was created: it may have run elsewhere', async () => {
    const { scheduler, place, queue } = stage()
    const doomed = await place.launched({ LONGSHORE_CRASH_AT: 'worker.after-create' })
    const id = await scheduler.enqueue(shell('echo hello'))
    await doomed.exited
    await scheduler.redis.del(queueKeys(PREFIX, queue).lease(id))
    rewrite(place, 'intents', id, content => ({ ...content, createdAt: Date.now() - DAY }))
    const worker = await place.start()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'infrastructure', startedAt: null })
    expect(place.log(id)).toEqual([])
    await place.clean()
    await worker.stop()
  })

  it('after its lease, while another worker has the attempt, stops and removes its container and says nothing', async () => {
    const here = stage()
    const { id, container } = await left(here, 'sleep 1000')
    await here.scheduler.redis.set(queueKeys(PREFIX, here.queue).lease(id), 'somebody else')
    const worker = await here.place.start()
    await until(() => container.inspect().then(() => false, (error: { statusCode?: number }) => error.statusCode === 404), { describe: 'its container to be gone' })
    await here.place.clean()
    expect(await here.scheduler.eventsOf(id, 'finished')).toEqual([])
    expect(await here.scheduler.owner(id)).toBe('somebody else')
    await worker.stop()
  })
})

const workerOf = async (container: Docker.Container): Promise<string | undefined> => (await container.inspect()).Config.Labels['longshore.worker']
