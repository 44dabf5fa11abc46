import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import type { FinishedEvent } from '../../shared/protocol/events.js'
import { BUSYBOX_IMAGE, sharedDocker } from '../harness/docker.js'
import { startRedis } from '../harness/redis.js'
import { until } from '../harness/wait.js'
import { Setting } from '../worker/setting.js'
import { StandIn } from '../worker/stand-in.js'

/** `CROWD=400 npm run test:endurance` is the whole. */
const CROWD = Number(process.env['CROWD'] ?? 24)
// Container names hold the attempt: each file that shares a Docker has its own range of task instances.
const FIRST_INSTANCE = 600_000
const RENEW_EVERY = 2_000
const LEASE_TTL = 300_000
const MIB = 1024 * 1024

it(`${CROWD} containers at once on one worker: leases are renewed on time, it stays responsive and small, all end well, none is left`, async () => {
  const docker = await sharedDocker()
  const redis = await startRedis()
  const scheduler = new StandIn(redis.url, 'default', FIRST_INSTANCE)
  const setting = new Setting({
    redisUrl: redis.url, dockerHost: docker.host, concurrency: String(CROWD), leaseTtl: String(LEASE_TTL), leaseRenewEvery: String(RENEW_EVERY), logLevel: 'info',
  })
  const worker = await setting.launched({ NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'lag.mjs')).href}` })
  const ids = await scheduler.enqueueMany(CROWD, { kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['sleep', '100000'], stopGrace: 60_000 })
  const count = async (type: string): Promise<number> => (await scheduler.events()).filter(event => event.type === type).length
  let oldest = 0
  const look = async (): Promise<void> => {
    // What is not claimed yet has no lease: -2.
    for (const left of await Promise.all(ids.map(id => scheduler.leaseMs(id)))) if (left >= 0) oldest = Math.max(oldest, LEASE_TTL - left)
  }
  await until(async () => {
    await look()
    return await count('started') === CROWD
  }, { timeout: 60_000 + CROWD * 2_000, interval: 500, describe: 'all to run' })
  const containers = await docker.client.listContainers({ filters: { label: [`longshore.queue=default`], status: ['running'] } })
  expect(containers.filter(({ Labels }) => ids.includes(Labels['longshore.attempt'] as (typeof ids)[number]))).toHaveLength(CROWD)
  const from = performance.now()
  await until(async () => {
    await look()
    return performance.now() - from > 10_000
  }, { timeout: 20_000, interval: 250 })

  for (const id of ids) await scheduler.mark(id, 'cancel')
  await until(async () => {
    await look()
    return await count('finished') === CROWD
  }, { timeout: 60_000 + CROWD * 2_000, interval: 500, describe: 'all to end' })
  const finished = (await scheduler.events()).filter((event): event is FinishedEvent => event.type === 'finished')
  for (const event of finished) expect(event).toMatchObject({ reason: 'cancelled', exitCode: 143 })
  expect(new Set(finished.map(({ attempt }) => attempt)).size).toBe(CROWD)
  for (const id of ids) await scheduler.mark(id, 'durable')
  await until(() => setting.remains().length === 0, { timeout: 60_000 + CROWD * 1_000, describe: 'the worker to put everything away' })

  const lags = worker.log.filter(({ msg }) => msg === 'lag') as unknown as { readonly p99: number; readonly max: number; readonly rss: number }[]
  const rss = Math.max(...lags.map(line => line.rss))
  const p99 = lags.at(-1)?.p99 ?? Infinity
  process.stdout.write(`crowd: ${CROWD} containers, oldest lease ${oldest} ms (renewed every ${RENEW_EVERY} ms), event loop lag p99 ${p99.toFixed(0)} ms, most ${lags.at(-1)?.max.toFixed(0)} ms, memory ${(rss / MIB).toFixed(0)} MiB\n`)
  expect(oldest).toBeLessThan(3 * RENEW_EVERY)
  expect(rss).toBeLessThan(300 * MIB)
  // On a machine whose two cores start containers at the same time.
  expect(p99).toBeLessThan(500)
  const left = await docker.client.listContainers({ all: true, filters: { label: ['longshore.queue=default'] } })
  expect(left.filter(({ Labels }) => ids.includes(Labels['longshore.attempt'] as (typeof ids)[number]))).toEqual([])
  await worker.terminate()
}, 120_000 + CROWD * 6_000)
