import type { Config } from '../shared/config/schema.js'
import { LongshoreError } from '../shared/errors.js'

/** Refuses to start a part of an installation without the Redis that it shares with the others. */
export function requireRedis(name: string, { redisUrl }: Config): void {
  if (redisUrl !== '') return
  throw new LongshoreError('LS_CONFIG', `a ${name} needs a Redis, and redisUrl is not set`, {
    hint: 'Set redisUrl in longshore.yaml, LONGSHORE_REDIS_URL or --redis-url. Only `longshore standalone` brings a Redis of its own.',
  })
}
