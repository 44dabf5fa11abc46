import { renameSync } from 'node:fs'
import type Docker from 'dockerode'
import { Redis } from 'ioredis'
import { beforeAll, expect, it } from 'vitest'
import { Presence, type WorkerFacts } from '../../shared/broker/presence.js'
import { queueKeys } from '../../shared/protocol/keys.js'
import { atEnd } from '../harness/cleanup.js'
import { BUSYBOX_IMAGE, removeContainersAtEnd, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { askDepot } from '../harness/run-context.js'
import { containerOf } from '../worker/container-of.js'
import { Setting } from '../worker/setting.js'
import { PREFIX, StandIn } from '../worker/stand-in.js'
import { Workplace } from './setting.js'

const FIRST_INSTANCE = 480_000
const QUEUE = 'deserted'
const GONE = '22222222-0000-4000-8000-000000000000'
const FOREIGN = '33333333-0000-4000-8000-000000000000'

interface Remain {
  readonly id: string
  readonly worker: string
  readonly attempt: string
  readonly reap: boolean
  readonly because: string
  readonly removed: boolean
}

let docker: SharedDocker
let redis: RedisServer
let client: Redis
let presence: Presence
let work: Workplace

beforeAll(async () => {
  await askDepot('build')
  docker = await sharedDocker()
  redis = await startRedis()
  client = new Redis(redis.url)
  atEnd(() => { client.disconnect() })
  presence = new Presence(client, PREFIX)
  work = new Workplace({}, { env: { LONGSHORE_DOCKER_HOST: docker.host, LONGSHORE_REDIS_URL: redis.url } })
}, 120_000)

const facts = (id: string): WorkerFacts => ({ id, name: 'old', host: 'old', version: '1', pid: 1, slots: 1, active: 0, queues: [QUEUE], startedAt: 0 })
const lease = (attempt: string): string => queueKeys(PREFIX, QUEUE).lease(attempt as `${number}.${number}`)
const isThere = (container: Docker.Container): Promise<boolean> => container.inspect().then(() => true, () => false)
/** Others use this Docker too; their workers are unknown to this Redis. */
const ask = async (container: Docker.Container, ...args: string[]): Promise<Remain | undefined> =>
  (await work.ask<Remain[]>('workers', 'reap', '--host', ...args)).find(({ id }) => id === container.id)

async function deserted(worker: string, attempt: string): Promise<Docker.Container> {
  removeContainersAtEnd(docker.client, `longshore.worker=${worker}`)
  const container = await docker.client.createContainer({
    Image: BUSYBOX_IMAGE, Cmd: ['sleep', '1000'], HostConfig: { NetworkMode: 'none', Init: true },
    Labels: { 'longshore.worker': worker, 'longshore.attempt': attempt, 'longshore.queue': QUEUE, 'longshore.v': '1' },
  })
  await container.start()
  return container
}

it('a container is reaped when its lease is over and its worker has gone, and not before', async () => {
  const container = await deserted(GONE, '480001.1')
  await presence.announce(QUEUE, facts(GONE))
  expect(await ask(container, '--yes')).toMatchObject({ reap: false, because: 'its worker is online', removed: false })
  await presence.leave(QUEUE, facts(GONE))
  await client.set(lease('480001.1'), GONE, 'PX', 60_000)
  expect(await ask(container, '--yes')).toMatchObject({ reap: false, because: 'its attempt has a lease' })
  await client.del(lease('480001.1'))
  expect(await ask(container)).toMatchObject({ worker: GONE, attempt: '480001.1', reap: true, removed: false })
  expect(await isThere(container)).toBe(true)
  const { findings } = (await work.run('doctor', '--for', 'worker', '--json')).json<{ findings: readonly { check: string }[] }>()
  expect(findings.find(({ check }) => check === 'leftovers')).toMatchObject({ status: 'warn', detail: expect.stringContaining('1 still run') })
  const shown = await work.run('workers', 'reap', '--host')
  expect(shown).toMatchObject({ code: 0, stderr: expect.stringContaining('--yes removes it') })
  expect(shown.stdout).toMatch(/container .* 22222222 +480001\.1 +running .* yes +its lease is over and its worker is gone/)
  expect(await ask(container, '--yes')).toMatchObject({ reap: true, removed: true })
  expect(await isThere(container)).toBe(false)
})

it('a container of a worker that this Redis does not know is reaped only when its worker is named', async () => {
  const container = await deserted(FOREIGN, '480002.1')
  expect(await ask(container, '--yes')).toMatchObject({ reap: false, because: expect.stringContaining('--worker') })
  expect(await ask(container, '--worker', FOREIGN.slice(0, 8), '--yes')).toMatchObject({ removed: true })
  expect(await isThere(container)).toBe(false)
})

it('a container whose worker may come back on its state directory stays; when the directory is gone it is reaped before its lease is over only if the operator names it', async () => {
  const scheduler = new StandIn(redis.url, QUEUE, FIRST_INSTANCE)
  const place = new Setting({ redisUrl: redis.url, dockerHost: docker.host, queues: QUEUE })
  const worker = await place.start()
  const { worker: id } = worker.status()
  const attempt = await scheduler.enqueue({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['sleep', '1000'] })
  await scheduler.waitFor(attempt, 'started')
  await worker.stop()
  const container = await containerOf(docker.client, attempt)
  await presence.leave(QUEUE, facts(id))
  expect(await ask(container, '--worker', id, '--yes')).toMatchObject({ reap: false, because: expect.stringContaining('state directory is here') })
  renameSync(place.stateDir, `${place.stateDir}-lost`)
  expect(await scheduler.owner(attempt)).toBe(id)
  expect(await ask(container, '--yes')).toMatchObject({ reap: false, because: expect.stringContaining('--worker names it') as string })
  expect(await ask(container, '--yes', '--worker', id)).toMatchObject({ removed: true, because: 'its worker\'s state directory is gone' })
  expect(await isThere(container)).toBe(false)
})

it('says what it would look at before it looks at anything', async () => {
  expect(await work.run('workers', 'reap')).toMatchObject({ code: 2, stderr: expect.stringContaining('--host') })
  expect(await work.run('workers', 'reap', '--host', '--yes', '--dry-run')).toMatchObject({ code: 2 })
})
