import { Redis, type RedisOptions } from 'ioredis'
import { LongshoreError } from '../errors.js'

/** A hung Redis leaves a command pending for ever, so every command that does not block has this limit. */
const COMMAND_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 5_000
/** A line that is cut without a word gives no data and no error. Longer than any BLOCK. */
const SILENCE_MS = 20_000

function optionsOf(url: string): RedisOptions {
  if (url.startsWith('unix:')) return { path: url.slice('unix:'.length) }
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch (cause) {
    throw new LongshoreError('LS_CONFIG', `redisUrl '${url}' is not a URL`, { cause })
  }
  if (parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:') {
    throw new LongshoreError('LS_CONFIG', `redisUrl must start with redis://, rediss:// or unix:, not ${parsed.protocol}`)
  }
  return {
    host: parsed.hostname,
    port: parsed.port === '' ? 6379 : Number(parsed.port),
    db: parsed.pathname.length > 1 ? Number(parsed.pathname.slice(1)) : 0,
    ...(parsed.username !== '' && { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password !== '' && { password: decodeURIComponent(parsed.password) }),
    ...(parsed.protocol === 'rediss:' && { tls: {} }),
  }
}

const reconnectDelay = (tries: number): number => Math.min(1_000, 50 * 2 ** Math.min(tries, 5))

/** Options of a connection for commands that answer at once. */
export function commandOptions(url: string): RedisOptions {
  return {
    ...optionsOf(url),
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 1,
    retryStrategy: reconnectDelay,
    keepAlive: 10_000,
  }
}

/** Options of a connection that waits in BLOCK commands; BullMQ needs the same. */
export function blockingOptions(url: string): RedisOptions {
  return { ...optionsOf(url), connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_MS, maxRetriesPerRequest: null, retryStrategy: reconnectDelay, keepAlive: 10_000 }
}

/** Opens a connection. Errors reach the callers of commands; the event only has to have a listener. */
export function openRedis(options: RedisOptions): Redis {
  const redis = new Redis({ ...options, lazyConnect: false })
  redis.on('error', () => {})
  return redis
}

/** Where `url` leads, without its password. */
export function redisLabel(url: string): string {
  return url.replace(/(:\/\/[^:/@]*):[^@]*@/, '$1:•••@')
}

/**
 * Refuses a Redis that cannot be reached or that evicts keys. The policy comes from INFO, because managed services block
 * CONFIG.
 */
export async function checkRedis(url: string): Promise<void> {
  const redis = new Redis({ ...commandOptions(url), lazyConnect: true, retryStrategy: () => null })
  let lastError: Error | undefined
  redis.on('error', error => { lastError = error })
  try {
    await redis.connect()
    const policy = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1]
    if (policy !== undefined && policy !== 'noeviction') {
      throw new LongshoreError('LS_REDIS_EVICTS', `Redis at ${redisLabel(url)} has maxmemory-policy ${policy}; it would delete queued work when memory is short`)
    }
  } catch (error) {
    if (error instanceof LongshoreError) throw error
    const cause = lastError ?? (error as Error)
    throw new LongshoreError('LS_REDIS_UNREACHABLE', `Redis at ${redisLabel(url)} does not answer: ${cause.message || (cause as NodeJS.ErrnoException).code}`, { cause })
  } finally {
    redis.disconnect()
  }
}
