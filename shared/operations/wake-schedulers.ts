import type { Config } from '../config/schema.js'
import { wakeChannel } from '../protocol/keys.js'
import { tryRedis } from '../broker/try-redis.js'

/** Tells schedulers to look at the database now. When it cannot be told, they look by themselves a moment later. */
export async function wakeSchedulers({ redisUrl, redisPrefix }: Config): Promise<void> {
  await tryRedis(redisUrl, redis => redis.publish(wakeChannel(redisPrefix), ''))
}
