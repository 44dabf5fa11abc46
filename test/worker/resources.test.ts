import { beforeAll, describe, expect, it } from 'vitest'
import type { FinishedEvent } from '../../shared/protocol/events.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { BUSYBOX_IMAGE, sharedDocker } from '../harness/docker.js'
import { startRedis } from '../harness/redis.js'
import { Setting } from './setting.js'
import { StandIn } from './stand-in.js'

// Container names hold the attempt: each file that shares a Docker has its own range of task instances.
const FIRST_INSTANCE = 470_000
const MIB = 1024 * 1024

let scheduler: StandIn
let setting: Setting

beforeAll(async () => {
  const docker = await sharedDocker()
  const redis = await startRedis()
  scheduler = new StandIn(redis.url, 'default', FIRST_INSTANCE)
  setting = new Setting({ redisUrl: redis.url, dockerHost: docker.host, allowProcess: 'true' })
  await setting.start()
})

const inContainer = (script: string, task: Partial<JobPayload> = {}): Partial<JobPayload> => ({ kind: 'container', image: BUSYBOX_IMAGE, network: 'none', command: ['sh', '-c', script], ...task })
const inProcess = (script: string): Partial<JobPayload> => ({ kind: 'process', command: ['sh', '-c', script] })
/** Busy for about this many tenths of a second, by the clock of the CPU itself. */
const BUSY = 'i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done'

async function run(task: Partial<JobPayload>): Promise<FinishedEvent> {
  return scheduler.settle(await scheduler.enqueue(task), 28_000)
}

describe('what a container used', () => {
  it('is in its finish: time on the CPU, the peak of its memory, bytes from and to devices', async () => {
    const idle = await run(inContainer('sleep 1'))
    // The last look is made while it still lives: a second of sleep at the end is enough for it to be met.
    const busy = await run(inContainer(`${BUSY}; x=$(head -c 30000000 /dev/zero | tr "\\0" a); sleep 2`, { memory: 128 * MIB }))
    expect(idle.resources?.cpuSeconds).toBeLessThan(0.5)
    expect(busy.resources?.cpuSeconds).toBeGreaterThan((idle.resources?.cpuSeconds ?? 0) + 0.1)
    expect(busy.resources?.peakMemory).toBeGreaterThan(30_000_000)
    expect(busy.resources?.peakMemory).toBeLessThanOrEqual(128 * MIB)
    expect(idle.resources?.peakMemory).toBeLessThan(20_000_000)
    expect(busy.resources?.ioRead).toBeGreaterThanOrEqual(0)
    expect(busy.resources?.ioWrite).toBeGreaterThanOrEqual(0)
  })

  it('is there also for one that was stopped', async () => {
    expect((await run(inContainer(`${BUSY}; sleep 100`, { timeout: 2_500 }))).resources?.cpuSeconds).toBeGreaterThan(0.1)
  })

  it('tells how near to its limit one was that the kernel killed for memory', async () => {
    const oom = await run(inContainer('head -c 40m /dev/zero > /fill; sleep 1; head -c 200m /dev/zero | tail', { memory: 16 * MIB }))
    expect(oom).toMatchObject({ reason: 'oom', detail: expect.stringMatching(/^out of memory: (?:peak 1[56] MiB of a|it went from .* to its) limit of 16 MiB/) as string })
  })

  it('is nothing for one that never ran', async () => {
    expect(await run(inContainer('true', { user: 'nobody-knows-them' }))).toMatchObject({ startedAt: null, resources: null })
  })
})

describe('what a process used', () => {
  it('is in its finish, exactly, with what it started and has waited for', async () => {
    const busy = await run(inProcess(`sh -c '${BUSY}'; x=$(head -c 30000000 /dev/zero | tr "\\0" a); sleep 1`))
    expect(busy).toMatchObject({ reason: 'exited', exitCode: 0 })
    expect(busy.resources?.cpuSeconds).toBeGreaterThan(0.1)
    expect(busy.resources?.peakMemory).toBeGreaterThan(30_000_000)
    expect(busy.resources?.ioWrite).toBeGreaterThanOrEqual(0)
  })

  it('is told of one that was killed as far as it was seen', async () => {
    expect((await run({ ...inProcess(`trap "" TERM; ${BUSY}; sleep 100`), timeout: 2_500, stopGrace: 200 })).resources?.cpuSeconds).toBeGreaterThan(0.1)
  })
})
