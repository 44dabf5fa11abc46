import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { BUSYBOX_IMAGE, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { startRedis } from '../harness/redis.js'
import { Setting } from './setting.js'
import { StandIn } from './stand-in.js'

const FIRST_INSTANCE = 440_000
const MEBIBYTE = 1024 * 1024
let docker: SharedDocker

beforeAll(async () => {
  docker = await sharedDocker()
})

const peakBytes = (pid: number): number => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

it.each([
  ['one line of 100 MB', 'head -c 100m /dev/zero | tr "\\0" x', FIRST_INSTANCE],
  ['100 MB of lines', 'yes 0123456789012345678901234567890123456789012345678901234567890123456789 | head -c 100m', FIRST_INSTANCE + 10],
])('the memory of a worker does not grow with a log of %s, and the log is cut and marked', async (_, script, first) => {
  const redis = await startRedis()
  const scheduler = new StandIn(redis.url, 'default', first)
  const place = new Setting({ redisUrl: redis.url, dockerHost: docker.host, maxLogBytes: String(30 * MEBIBYTE) })
  const worker = await place.launched()
  await scheduler.settle(await scheduler.enqueue({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['true'] }))
  const before = peakBytes(worker.pid)
  const id = await scheduler.enqueue({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['sh', '-c', script] })
  const finished = await scheduler.settle(id, 60_000)
  expect(finished).toMatchObject({ exitCode: 0 })
  expect(peakBytes(worker.pid) - before).toBeLessThan(80 * MEBIBYTE)
  expect(place.log(id).at(-1)).toContain('the log is cut here')
  await place.clean()
  await worker.terminate()
}, 90_000)
