import { beforeAll, describe, expect, it } from 'vitest'
import { Control } from '../../shared/broker/control.js'
import { Presence } from '../../shared/broker/presence.js'
import { NO_WISHES, type EndWish } from '../../shared/protocol/wishes.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { askDepot } from '../harness/run-context.js'
import { until } from '../harness/wait.js'
import { Setting } from './setting.js'
import { PREFIX, StandIn } from './stand-in.js'

let redis: RedisServer
let stages = 0

beforeAll(async () => {
  redis = await startRedis()
  await askDepot('build')
}, 240_000)

function stage() {
  stages += 1
  const queue = `drain-${stages}`
  const scheduler = new StandIn(redis.url, queue, 1_000 * stages)
  const place = new Setting({ redisUrl: redis.url, dockerHost: 'unix:///nonexistent/docker.sock', allowProcess: 'true', queues: queue, concurrency: '2' })
  const [control, presence] = [new Control(scheduler.redis, PREFIX), new Presence(scheduler.redis, PREFIX)]
  const shown = async () => (await presence.read(queue)).workers[0]
  let revision = 0
  const end = async (wish: Omit<EndWish, 'boot'>) => {
    const facts = await until(shown)
    revision += 1
    await control.wantOfWorker(queue, facts.id, { ...NO_WISHES, revision, end: { boot: facts.boot as string, ...wish } })
    await control.tell(queue)
    return facts.id
  }
  return { scheduler, place, shown, end }
}

describe('a drained worker', () => {
  it.each(['by command', 'by signal'])('%s: takes nothing new, lets its task end, and ends with 0 and nothing left behind', async how => {
    const { scheduler, place, end, shown } = stage()
    const worker = await place.launched()
    const running = await scheduler.enqueue({ command: ['sleep', '1.5'] })
    await scheduler.waitFor(running, 'started')
    if (how === 'by command') await end({ deadline: null, then: 'detach' })
    else process.kill(worker.pid, 'SIGUSR2')
    await until(async () => (await shown())?.draining === true)
    const waiting = await scheduler.enqueue()
    const finished = await scheduler.waitFor(running, 'finished')
    expect(finished).toMatchObject({ reason: 'exited', exitCode: 0 })
    // It waits until the scheduler has it for good.
    expect(worker.running).toBe(true)
    await scheduler.mark(running, 'durable')
    expect(await worker.exited).toEqual({ code: 0, signal: null })
    expect(await scheduler.eventsOf(waiting)).toEqual([])
    expect(place.remains()).toEqual([])
  })

  it('leaves at the deadline what still runs to the next process, which does not drain', async () => {
    const { scheduler, place, end } = stage()
    const worker = await place.launched()
    const running = await scheduler.enqueue({ command: ['sleep', '3'] })
    await scheduler.waitFor(running, 'started')
    await end({ deadline: 300, then: 'detach' })
    expect(await worker.exited).toEqual({ code: 0, signal: null })
    const next = await place.launched()
    expect(await scheduler.settle(running)).toMatchObject({ reason: 'exited', exitCode: 0 })
    await scheduler.settle(await scheduler.enqueue())
    expect(await scheduler.containersOf(running)).toHaveLength(1)
    await next.terminate()
  })

  it('stops at the deadline what still runs, when it shall, as a failure of infrastructure', async () => {
    const { scheduler, place, end } = stage()
    const worker = await place.launched()
    const running = await scheduler.enqueue({ command: ['sleep', '60'] })
    await scheduler.waitFor(running, 'started')
    await end({ deadline: 300, then: 'stop' })
    const finished = await scheduler.settle(running)
    expect(finished).toMatchObject({ reason: 'infrastructure', detail: expect.stringContaining('drained') as string })
    expect(await worker.exited).toEqual({ code: 0, signal: null })
  })

  it('is gone at once when it is told to shut down, and its tasks run on', async () => {
    const { scheduler, place, end } = stage()
    const worker = await place.launched()
    const running = await scheduler.enqueue({ command: ['sleep', '2'] })
    await scheduler.waitFor(running, 'started')
    await end({ deadline: 0, then: 'detach' })
    expect(await worker.exited).toEqual({ code: 0, signal: null })
    const next = await place.launched()
    expect(await scheduler.settle(running)).toMatchObject({ reason: 'exited', exitCode: 0 })
    await next.terminate()
  })
})
