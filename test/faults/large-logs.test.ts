import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { BUSYBOX_IMAGE, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { startRedis } from '../harness/redis.js'
import { until } from '../harness/wait.js'
import { Setting } from '../worker/setting.js'
import { StandIn } from '../worker/stand-in.js'

const FIRST_INSTANCE = 440_000
const MEBIBYTE = 1024 * 1024
/** A gigabyte is in test/endurance/output.test.ts. */
const MEGABYTES = 64
/** Above what a worker has that has run one small task. */
const GROWTH = 50 * MEBIBYTE
let docker: SharedDocker

beforeAll(async () => {
  docker = await sharedDocker()
})

const LIMIT_MS = 60_000 + MEGABYTES * 500

const peakBytes = (pid: number): number => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

it.each([
  ['one line without an end', `head -c ${MEGABYTES}m /dev/zero | tr "\\0" x`, FIRST_INSTANCE],
  ['lines', `yes 0123456789012345678901234567890123456789012345678901234567890123456789 | head -c ${MEGABYTES}m`, FIRST_INSTANCE + 10],
])(`the memory of a worker does not grow with ${MEGABYTES} MB of %s, kept to the last byte`, async (_, script, first) => {
  const redis = await startRedis()
  const scheduler = new StandIn(redis.url, 'default', first)
  const place = new Setting({ redisUrl: redis.url, dockerHost: docker.host, maxLogBytes: String(4 * MEGABYTES * MEBIBYTE) })
  const worker = await place.launched()
  await scheduler.settle(await scheduler.enqueue({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['true'] }))
  const before = peakBytes(worker.pid)
  const id = await scheduler.enqueue({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['sh', '-c', script] })
  await scheduler.waitFor(id, 'finished', LIMIT_MS)
  await scheduler.mark(id, 'durable')
  await until(async () => !await scheduler.has(id), { timeout: LIMIT_MS, describe: 'the log to be read again' })
  expect(peakBytes(worker.pid) - before).toBeLessThan(GROWTH)
  expect(statSync(join(place.logs, `team.dag/run-1/${id}.log`)).size).toBeGreaterThan(MEGABYTES * MEBIBYTE)
  await place.clean()
  await worker.terminate()
}, 2 * LIMIT_MS)

it('a log is cut at its largest size, and says so', async () => {
  const redis = await startRedis()
  const scheduler = new StandIn(redis.url, 'default', FIRST_INSTANCE + 20)
  const place = new Setting({ redisUrl: redis.url, dockerHost: docker.host, maxLogBytes: String(3 * MEBIBYTE) })
  await place.start()
  const id = await scheduler.enqueue({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['sh', '-c', 'head -c 20m /dev/zero | tr "\\0" x'] })
  expect(await scheduler.settle(id, 60_000)).toMatchObject({ exitCode: 0, log: { truncated: true } })
  expect(place.log(id).at(-1)).toContain('the log is cut here')
  expect(statSync(join(place.logs, `team.dag/run-1/${id}.log`)).size).toBeLessThan(3.1 * MEBIBYTE)
  await place.clean()
}, 90_000)
