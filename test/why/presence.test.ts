import { expect, it } from 'vitest'
import { Presence, type WorkerFacts } from '../../shared/broker/presence.js'
import { commandOptions, openRedis } from '../../shared/broker/redis.js'
import { queueKeys } from '../../shared/protocol/keys.js'
import { atEnd } from '../harness/cleanup.js'
import { startRedis } from '../harness/redis.js'
import { until } from '../harness/wait.js'
import { Setting } from '../worker/setting.js'

const facts = (id: string, more: Partial<WorkerFacts> = {}): WorkerFacts =>
  ({ id, name: `name of ${id}`, host: 'here', version: '0', pid: 1, slots: 4, active: 1, queues: ['etl'], startedAt: 1, ...more })

async function open() {
  const server = await startRedis()
  const redis = openRedis(commandOptions(server.url))
  atEnd(() => redis.disconnect())
  return { server, redis, presence: new Presence(redis, 'longshore'), key: queueKeys('longshore', 'etl').workers }
}

it('who serves a queue is known while it says so, and remembered for a day after', async () => {
  const { redis, presence, key } = await open()
  expect(await presence.read('etl')).toEqual({ workers: [], lastSeen: null })
  await presence.announce('etl', facts('b'))
  await presence.announce('etl', facts('a', { active: 3 }))
  const [seconds] = await redis.time()
  const { workers, lastSeen } = await presence.read('etl')
  expect(workers.map(({ id, slots, active }) => ({ id, slots, active }))).toEqual([{ id: 'a', slots: 4, active: 3 }, { id: 'b', slots: 4, active: 1 }])
  expect(Math.abs((workers[0]?.at ?? 0) / 1000 - Number(seconds))).toBeLessThan(5)
  expect(lastSeen).toBeNull()

  await redis.hset(key, 'a', JSON.stringify({ ...facts('a'), at: Number(seconds) * 1000 - 60_000 }))
  await redis.hset(key, 'old', JSON.stringify({ ...facts('old'), at: Number(seconds) * 1000 - 25 * 3_600_000 }))
  expect(await presence.read('etl')).toMatchObject({ workers: [{ id: 'b' }], lastSeen: { name: 'name of a', at: Number(seconds) * 1000 - 60_000 } })
  await presence.announce('etl', facts('b'))
  expect((await redis.hkeys(key)).sort()).toEqual(['a', 'b'])

  await presence.leave('etl', facts('b'))
  expect(await presence.read('etl')).toMatchObject({ workers: [], lastSeen: { name: 'name of b' } })
})

it('a worker announces itself on each of its queues from its start to its stop', async () => {
  const { server, redis, presence } = await open()
  const setting = new Setting({ redisUrl: server.url, allowProcess: 'true', dockerHost: 'unix:///nonexistent/docker.sock', queues: 'etl,ml', concurrency: '3', workerName: 'deck' })
  const worker = await setting.start()
  const first = await until(async () => (await presence.read('ml')).workers[0])
  expect(first).toMatchObject({ name: 'deck', pid: process.pid, slots: 3, active: 0, queues: ['etl', 'ml'], id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string })
  await until(async () => ((await presence.read('etl')).workers[0]?.at ?? 0) > first.at)
  await redis.flushall()
  await until(async () => (await presence.read('etl')).workers.length === 1)
  await worker.stop()
  for (const queue of ['etl', 'ml']) expect(await presence.read(queue)).toMatchObject({ workers: [], lastSeen: { name: 'deck' } })
})
