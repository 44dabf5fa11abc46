import type { Config } from '../config/schema.js'
import { Topic, topicsChanged } from '../live/changes.js'
import { publishChanges } from '../live/publisher.js'
import { wakeChannel } from '../protocol/keys.js'
import { tryRedis } from '../broker/try-redis.js'

/**
 * Tells schedulers to look at the database now, and those who look at pages that something is new, of this DAG if it is one's.
 * When it cannot be told, they look by themselves a moment later.
 */
export async function wakeSchedulers({ redisUrl, redisPrefix }: Pick<Config, 'redisUrl' | 'redisPrefix'>, dag?: string): Promise<void> {
  await tryRedis(redisUrl, async redis => {
    await redis.publish(wakeChannel(redisPrefix), '')
    await publishChanges(redis, redisPrefix, topicsChanged(Topic.dags, ...dag === undefined ? [] : [Topic.dag(dag)]))
  })
}
