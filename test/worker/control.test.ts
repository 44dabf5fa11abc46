import { beforeAll, describe, expect, it } from 'vitest'
import { Control } from '../../shared/broker/control.js'
import { Presence } from '../../shared/broker/presence.js'
import { NO_WISHES, type WorkerWishes } from '../../shared/protocol/wishes.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { until } from '../harness/wait.js'
import { Setting } from './setting.js'
import { PREFIX, StandIn } from './stand-in.js'

let redis: RedisServer
let stages = 0

beforeAll(async () => { redis = await startRedis() })

function stage() {
  stages += 1
  const [first, second] = [`first-${stages}`, `second-${stages}`]
  const [scheduler, other] = [new StandIn(redis.url, first, 1_000 * stages), new StandIn(redis.url, second, 1_000 * stages + 500)]
  const place = new Setting({ redisUrl: redis.url, dockerHost: 'unix:///nonexistent/docker.sock', allowProcess: 'true', queues: first, concurrency: '2' })
  const control = new Control(scheduler.redis, PREFIX)
  const presence = new Presence(scheduler.redis, PREFIX)
  let revision = 0
  return {
    first, second, scheduler, other, place, control, presence,
    /** Says it as an operation of a person does. */
    want: async (worker: string, wishes: Partial<WorkerWishes>) => {
      revision += 1
      await control.wantOfWorker(first, worker, { ...NO_WISHES, revision, ...wishes })
      await control.tell(first)
    },
    wantOfQueue: async (paused: boolean) => {
      revision += 1
      await control.wantOfQueue(first, { v: 1, revision, paused })
      await control.tell(first)
    },
    shown: async () => (await presence.read(first)).workers[0],
  }
}

describe('live control', () => {
  it('a paused queue is not fetched from, what runs goes on, and resuming it takes up its jobs', async () => {
    const { scheduler, place, want, shown } = stage()
    const worker = await place.start()
    const id = worker.status().worker
    const running = await scheduler.enqueue({ command: ['sleep', '0.5'] })
    await scheduler.waitFor(running, 'started')
    await want(id, { paused: ['*'] })
    await until(async () => (await shown())?.paused?.length === 1)
    const waiting = await scheduler.enqueue({ command: ['true'] })
    expect(await scheduler.settle(running)).toMatchObject({ reason: 'exited', exitCode: 0 })
    expect(await scheduler.eventsOf(waiting)).toEqual([])
    await want(id, { paused: [] })
    expect(await scheduler.settle(waiting)).toMatchObject({ exitCode: 0 })
  })

  it('a queue that is paused for all stays paused after FLUSHALL, and for a worker that starts later', async () => {
    const { scheduler, place, wantOfQueue, control, first, shown } = stage()
    await wantOfQueue(true)
    const worker = await place.start()
    expect(worker.status().paused).toEqual([first])
    await scheduler.redis.flushall()
    await until(async () => (await shown())?.paused?.length === 1)
    const waiting = await scheduler.enqueue()
    expect(worker.status().paused).toEqual([first])
    expect(await scheduler.eventsOf(waiting)).toEqual([])
    expect(await control.wantOfQueue(first, { v: 1, revision: 9, paused: false })).toBe(true)
    await control.tell(first)
    await scheduler.settle(waiting)
  })

  it('concurrency follows what is wanted while tasks run, and comes back with the settings', async () => {
    const { scheduler, place, want } = stage()
    const worker = await place.start()
    const id = worker.status().worker
    await want(id, { concurrency: 5 })
    await until(() => worker.status().slots.total === 5)
    const ids = await scheduler.enqueueMany(5, { command: ['sleep', '1'] })
    for (const attempt of ids) await scheduler.waitFor(attempt, 'started')
    expect(worker.status().active).toBe(5)
    await want(id, { concurrency: 1 })
    await until(() => worker.status().slots.total === 1)
    for (const attempt of ids) await scheduler.settle(attempt)
    await want(id, {})
    await until(() => worker.status().slots.total === 2)
  })

  it('serves a queue that is added at run time, hears cancellations there at once, and lets go of one that is taken away', async () => {
    const { scheduler, other, place, want, first, second, presence } = stage()
    const worker = await place.start({ leaseRenewEvery: 60_000 })
    const id = worker.status().worker
    await want(id, { queues: [first, second] })
    const added = await other.enqueue({ command: ['sleep', '60'] })
    await other.waitFor(added, 'started')
    expect((await presence.read(second)).workers).toMatchObject([{ id }])
    await other.mark(added, 'cancel')
    await scheduler.redis.publish(`{${PREFIX}:${second}}:told`, '')
    expect(await other.settle(added)).toMatchObject({ reason: 'cancelled' })
    await want(id, { queues: [second] })
    await until(async () => (await presence.read(first)).workers.length === 0)
    const left = await scheduler.enqueue()
    await other.settle(await other.enqueue())
    expect(await scheduler.eventsOf(left)).toEqual([])
    // It is still told on the queue of its settings.
    await want(id, {})
    await scheduler.settle(left)
  })

  it('an older wish, or one that claims to be from far in the future, does not keep a newer one away', async () => {
    const { control, first, scheduler } = stage()
    const of = (revision: number, concurrency: number): WorkerWishes => ({ ...NO_WISHES, revision, concurrency })
    expect(await control.wantOfWorker(first, 'w', of(5, 1))).toBe(true)
    expect(await control.wantOfWorker(first, 'w', of(5, 1))).toBe(false)
    expect(await control.wantOfWorker(first, 'w', of(4, 2))).toBe(false)
    await scheduler.redis.hset(`{${PREFIX}:${first}}:control`, 'w', JSON.stringify(of(9e15, 7)))
    expect(await control.wantOfWorker(first, 'w', of(6, 3))).toBe(true)
    expect((await control.read(first, 'w')).worker).toMatchObject({ concurrency: 3 })
    await scheduler.redis.hset(`{${PREFIX}:${first}}:control`, 'w', '{"v":1,"concurrency":-3}')
    expect((await control.read(first, 'w')).worker).toBeNull()
  })
})
