import { Redis } from 'ioredis'
import { afterAll, expect, it } from 'vitest'
import { startRedis } from './redis.js'
import { until } from './wait.js'

const clients: Redis[] = []
function client(url: string): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: null })
  redis.on('error', () => {})
  clients.push(redis)
  return redis
}
afterAll(() => clients.forEach(redis => redis.disconnect()))

it('starts within a second and refuses to evict', async () => {
  const started = performance.now()
  const server = await startRedis()
  expect(performance.now() - started).toBeLessThan(1_000)
  expect(await client(server.url).config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
})

it('keeps what was acknowledged through kill -9 when it has an append-only file, on the same port', async () => {
  const server = await startRedis({ appendOnly: true })
  const redis = client(server.url)
  await redis.set('cargo', 'here')
  await server.kill()
  expect(server.pid).toBeNull()
  await server.restart()
  expect(await redis.get('cargo')).toBe('here')
})

it('comes back empty without one', async () => {
  const server = await startRedis()
  const redis = client(server.url)
  await redis.set('cargo', 'here')
  await server.restart()
  expect(await redis.get('cargo')).toBeNull()
})

it('takes directives and can run out of memory', async () => {
  const server = await startRedis({ config: { maxmemory: '3mb' } })
  const redis = client(server.url)
  await expect(redis.set('cargo', 'x'.repeat(8_000_000))).rejects.toThrow(/OOM/)
})

it('hangs while frozen and goes on afterwards', async () => {
  const server = await startRedis()
  const redis = client(server.url)
  await redis.ping()
  server.freeze()
  let answered = false
  const pong = redis.ping().then(() => (answered = true))
  await expect(until(() => answered, { timeout: 100 })).rejects.toThrow()
  server.thaw()
  expect(await pong).toBe(true)
})
