import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { until } from '../harness/wait.js'
import { Setting } from './setting.js'
import { StandIn } from './stand-in.js'

const GIB = 1024 ** 3
let redis: RedisServer
let scheduler: StandIn
let setting: Setting
let queues = 0

const worker = (): Setting => new Setting({
  redisUrl: redis.url, queues: scheduler.queue, allowProcess: 'true', dockerHost: 'unix:///nonexistent/docker.sock', capacityCpus: '4', capacityMemory: String(16 * GIB), concurrency: '8',
})

beforeAll(async () => {
  redis = await startRedis()
})

beforeEach(() => {
  queues += 1
  scheduler = new StandIn(redis.url, `queue-${queues}`)
  setting = worker()
})

const sleeper = (task: Partial<JobPayload> = {}): Partial<JobPayload> => ({ command: ['sleep', '100'], stopGrace: 200, ...task })
const started = (id: AttemptId): Promise<unknown> => scheduler.waitFor(id, 'started')
const types = async (id: AttemptId): Promise<string[]> => (await scheduler.eventsOf(id)).map(({ type }) => type)

async function cancel(...ids: AttemptId[]): Promise<void> {
  for (const id of ids) await scheduler.mark(id, 'cancel')
  for (const id of ids) expect(await scheduler.settle(id)).toMatchObject({ reason: 'cancelled' })
}

describe('a worker with so much CPU and memory', () => {
  it('rejects what can never fit, with the numbers, and runs the next one', async () => {
    await setting.start()
    const huge = await scheduler.enqueue(sleeper({ memory: 64 * GIB }))
    expect(await scheduler.settle(huge)).toMatchObject({ reason: 'rejected', startedAt: null, detail: expect.stringContaining('it needs 64 GiB of memory, this worker has 16 GiB (capacityMemory)') as string })
    expect(await scheduler.settle(await scheduler.enqueue({ cpus: 4 }))).toMatchObject({ exitCode: 0 })
    await setting.clean()
  })

  it('holds one that does not fit now, claimed and not started, while others run, and starts it as soon as it fits', async () => {
    await setting.start()
    const first = await scheduler.enqueue(sleeper({ memory: 12 * GIB }))
    await started(first)
    const big = await scheduler.enqueue(sleeper({ memory: 8 * GIB }))
    await scheduler.waitFor(big, 'claimed')
    for (const other of await scheduler.enqueueMany(10, { cpus: 1, memory: GIB })) expect(await scheduler.settle(other)).toMatchObject({ exitCode: 0 })
    expect(await types(big)).toEqual(['claimed'])
    await cancel(first)
    await started(big)
    await cancel(big)
    await setting.clean()
  })

  it('lets go of one that waits when it is cancelled, and it never runs', async () => {
    const running = await setting.start()
    const first = await scheduler.enqueue(sleeper({ cpus: 4 }))
    await started(first)
    const waiting = await scheduler.enqueue(sleeper({ cpus: 1 }))
    await scheduler.waitFor(waiting, 'claimed')
    await cancel(waiting, first)
    expect(await types(waiting)).toEqual(['claimed', 'finished'])
    await until(() => running.status().slots.used === 0, { describe: 'all slots to be free' })
    await setting.clean()
  })

  it('leaves in the queue what would only wait, for another worker to take, and does not spin on it', async () => {
    const full = await setting.start()
    const first = await scheduler.enqueue(sleeper({ cpus: 4 }))
    await started(first)
    const others = await scheduler.enqueueMany(6, sleeper({ cpus: 3 }))
    const claimed = async (): Promise<AttemptId[]> => (await scheduler.events()).filter(({ type, attempt }) => type === 'claimed' && others.includes(attempt)).map(({ attempt }) => attempt)
    // Two may wait here, as there are eight slots.
    await until(async () => (await claimed()).length === 2 && full.status().slots.used === 3, { describe: 'two to wait on the worker' })
    await until(async () => (await scheduler.jobCounts())['prioritized'] === 4, { describe: 'four to be in the queue' })
    const commands = async (): Promise<number> => Number(/total_commands_processed:(\d+)/.exec(await scheduler.redis.info('stats'))?.[1])
    const [before, since] = [await commands(), performance.now()]
    await until(() => performance.now() - since > 1_000)
    // Leases, presence and looks for orphans of the workers here are some 300 in a second, as often as they look here; taking and putting back would be thousands.
    expect(await commands() - before).toBeLessThan(1_000)

    const held = await claimed()
    await worker().start({ capacityCpus: '16' })
    const rest = others.filter(id => !held.includes(id))
    await Promise.all(rest.map(started))
    await cancel(...rest, ...held, first)
  })

  it('counts what it adopts', async () => {
    const before = await setting.start()
    const first = await scheduler.enqueue(sleeper({ cpus: 3 }))
    await started(first)
    await before.stop()
    await setting.start()
    const second = await scheduler.enqueue(sleeper({ cpus: 3 }))
    await scheduler.waitFor(second, 'claimed')
    expect(await scheduler.settle(await scheduler.enqueue({ cpus: 1 }))).toMatchObject({ exitCode: 0 })
    expect(await types(second)).toEqual(['claimed'])
    await cancel(first)
    await started(second)
    await cancel(second)
    await setting.clean()
  })

  it('gives back what waits when it stops', async () => {
    const before = await setting.start()
    const first = await scheduler.enqueue(sleeper({ cpus: 4 }))
    await started(first)
    const waiting = await scheduler.enqueue(sleeper({ cpus: 4 }))
    await scheduler.waitFor(waiting, 'claimed')
    await before.stop()
    expect(await types(waiting)).toEqual(['claimed', 'released'])
    await setting.start()
    await cancel(first)
  })
})
