import type { Redis } from 'ioredis'

export interface RedisInfo {
  readonly version: string | null
  readonly usedMemory: number | null
  /** Null: no limit. */
  readonly maxMemory: number | null
  readonly policy: string | null
  readonly clients: number | null
  readonly commandsPerSecond: number | null
  readonly upSeconds: number | null
}

/** What Redis says of itself. From INFO, because managed services block CONFIG. */
export async function readRedisInfo(redis: Redis): Promise<RedisInfo> {
  return parseRedisInfo(await redis.info())
}

export function parseRedisInfo(text: string): RedisInfo {
  const fields = new Map(text.split(/\r?\n/).filter(line => line.includes(':')).map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
  const number = (name: string): number | null => {
    const value = Number(fields.get(name) ?? Number.NaN)
    return Number.isFinite(value) ? value : null
  }
  const limit = number('maxmemory')
  return {
    version: fields.get('valkey_version') ?? fields.get('redis_version') ?? null, usedMemory: number('used_memory'), maxMemory: limit === 0 ? null : limit, policy: fields.get('maxmemory_policy') ?? null,
    clients: number('connected_clients'), commandsPerSecond: number('instantaneous_ops_per_sec'), upSeconds: number('uptime_in_seconds'),
  }
}
