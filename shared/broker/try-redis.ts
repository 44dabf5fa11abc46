import { Redis } from 'ioredis'
import { commandOptions } from './redis.js'

const CONNECT_MS = 1_000

/** One try to do something with Redis that is good to have; false when it cannot be reached. */
export async function tryRedis(url: string, work: (redis: Redis) => Promise<unknown>): Promise<boolean> {
  if (url === '') return false
  const redis = new Redis({ ...commandOptions(url), connectTimeout: CONNECT_MS, commandTimeout: CONNECT_MS, lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => {})
  try {
    await redis.connect()
    await work(redis)
    return true
  } catch {
    return false
  } finally {
    redis.disconnect()
  }
}
