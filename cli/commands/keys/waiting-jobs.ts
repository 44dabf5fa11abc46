import type { Redis } from 'ioredis'
import { tryRedis } from '../../../shared/broker/try-redis.js'
import type { Config } from '../../../shared/config/schema.js'
import { signatureOf } from '../../../shared/signing/job-signature.js'
import type { KeyId } from '../../../shared/signing/key.js'

const PAGE = 500

/** Jobs in Redis by the key that signed them; null when Redis cannot be asked. */
export async function jobsByKey(config: Config): Promise<ReadonlyMap<KeyId, number> | null> {
  const counts = new Map<KeyId, number>()
  const asked = await tryRedis(config.redisUrl, async redis => {
    // Every job has a hash; its name ends in the id of its attempt.
    for await (const names of jobKeys(redis, config.redisPrefix)) {
      const pipeline = redis.pipeline()
      for (const name of names) pipeline.hget(name, 'data')
      for (const [, data] of await pipeline.exec() ?? []) count(counts, data)
    }
  })
  return asked ? counts : null
}

async function* jobKeys(redis: Redis, prefix: string): AsyncGenerator<string[]> {
  let cursor = '0'
  do {
    const [next, names] = await redis.scan(cursor, 'MATCH', `{${prefix}:*}:*:*.*`, 'COUNT', PAGE, 'TYPE', 'hash')
    cursor = next
    if (names.length > 0) yield names.filter(name => /:[1-9]\d*\.[1-9]\d*$/.test(name))
  } while (cursor !== '0')
}

function count(counts: Map<KeyId, number>, data: unknown): void {
  try {
    const key = signatureOf(JSON.parse(String(data)))?.key
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1)
  } catch {
    // Not a job of ours; the worker that takes it says so.
  }
}
