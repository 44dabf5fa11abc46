import { tryRedis } from '../broker/try-redis.js'
import type { Config } from '../config/schema.js'
import type { Changes } from './changes.js'
import { publishChanges } from './publisher.js'

/** Tells those who look what a person has just changed. When Redis is away they see it at their next look. */
export async function tellChanges({ redisUrl, redisPrefix }: Pick<Config, 'redisUrl' | 'redisPrefix'>, changes: Changes): Promise<void> {
  if (changes.runs.length + changes.topics.length > 0) await tryRedis(redisUrl, redis => publishChanges(redis, redisPrefix, changes))
}
