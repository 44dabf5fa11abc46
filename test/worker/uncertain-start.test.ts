import { beforeAll, describe, expect, it } from 'vitest'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { BUSYBOX_IMAGE, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { startDockerProxy } from '../harness/docker-proxy.js'
import { startRedis } from '../harness/redis.js'
import { startTcpProxy, type TcpProxy } from '../harness/tcp-proxy.js'
import { until } from '../harness/wait.js'
import { containerOf } from './container-of.js'
import { Setting } from './setting.js'
import { StandIn } from './stand-in.js'

let docker: SharedDocker

beforeAll(async () => {
  docker = await sharedDocker()
})

const shell = (script: string): Partial<JobPayload> => ({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['sh', '-c', script] })
const isStart = (data: Buffer): boolean => /^POST \/\S*containers\/\S+\/start/.test(String(data))

/** Docker hears of the next start, and from then on nobody hears of Docker. */
function loseNextStart(proxy: TcpProxy): Promise<void> {
  return new Promise(resolve => {
    void proxy.cutWhen((data, direction) => {
      if (direction !== 'toServer' || !isStart(data)) return false
      proxy.drop('toClient')
      resolve()
      return false
    })
  })
}

async function started(id: AttemptId): Promise<void> {
  await until(async () => (await (await containerOf(docker.client, id)).inspect()).State.StartedAt > '1', { describe: 'the container to start' })
}

describe('a container whose start Docker did not answer', () => {
  it('is neither reported nor given back by a worker that is stopped meanwhile, and the next one adopts it', async () => {
    const redis = await startRedis()
    const scheduler = new StandIn(redis.url, 'default', 740_000)
    const proxy = await startTcpProxy({ path: docker.socketPath })
    const place = new Setting({ redisUrl: redis.url, dockerHost: `tcp://127.0.0.1:${proxy.port}` })
    const worker = await place.start()
    const lost = loseNextStart(proxy)
    const id = await scheduler.enqueue(shell('echo begun; sleep 2; echo over'))
    await lost
    await started(id)
    await proxy.refuse()
    await until(() => worker.status().docker === 'down', { describe: 'the worker to notice' })
    await worker.stop()
    expect([...await scheduler.eventsOf(id, 'released'), ...await scheduler.eventsOf(id, 'finished')]).toEqual([])
    expect(await scheduler.owner(id)).not.toBeNull()
    proxy.resume()
    await proxy.accept()
    const next = await place.start()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 0 })
    expect(place.log(id)).toEqual(['o begun', 'o over'])
    await next.stop()
    expect(place.remains()).toEqual([])
  })

  it('is stopped before its cancellation is reported', async () => {
    const redis = await startRedis()
    const scheduler = new StandIn(redis.url, 'default', 740_100)
    const proxy = await startTcpProxy({ path: docker.socketPath })
    const place = new Setting({ redisUrl: redis.url, dockerHost: `tcp://127.0.0.1:${proxy.port}` })
    const worker = await place.start()
    const lost = loseNextStart(proxy)
    const id = await scheduler.enqueue(shell('sleep 100'))
    await lost
    await started(id)
    await proxy.refuse()
    await scheduler.mark(id, 'cancel')
    await until(() => worker.status().docker === 'down', { describe: 'the worker to notice' })
    expect(await scheduler.eventsOf(id, 'finished')).toEqual([])
    proxy.resume()
    await proxy.accept()
    await scheduler.waitFor(id, 'finished')
    expect((await (await containerOf(docker.client, id)).inspect()).State.Running).toBe(false)
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'cancelled' })
    await worker.stop()
    expect(place.remains()).toEqual([])
  })

  it('is not given back while the start may still be on its way: Docker can begin it after all', async () => {
    const redis = await startRedis()
    const scheduler = new StandIn(redis.url, 'default', 740_200)
    const proxy = await startDockerProxy(docker.socketPath)
    // Neither the attempt's container nor the quarantine that its start leads to goes away.
    proxy.refuse(/^DELETE .*\/containers\/|canary\/start/, 500, 'device or resource busy')
    const place = new Setting({ redisUrl: redis.url, dockerHost: proxy.host, quarantineAfter: '1' })
    const worker = await place.start()
    const detained = proxy.detain(/^POST .*\/start/)
    const id = await scheduler.enqueue(shell('sleep 1; exit 7'))
    const begin = await detained
    await until(() => proxy.count(/^DELETE .*\/containers\/[0-9a-f]{64}/) >= 2, { describe: 'the worker to insist on removing the container' })
    expect(worker.status().health).toMatch(/quarantined|probing/)
    expect(await scheduler.eventsOf(id, 'released')).toEqual([])
    await begin()
    await scheduler.waitFor(id, 'started')
    proxy.accept()
    expect(await scheduler.settle(id)).toMatchObject({ reason: 'exited', exitCode: 7 })
    expect(await scheduler.eventsOf(id, 'released')).toEqual([])
    await worker.stop()
    expect(place.remains()).toEqual([])
  })
})
