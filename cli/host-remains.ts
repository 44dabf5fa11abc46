import { Redis } from 'ioredis'
import { commandOptions, redisLabel } from '../shared/broker/redis.js'
import type { Config } from '../shared/config/schema.js'
import { LongshoreError } from '../shared/errors.js'
import { reasonOf, type DockerApi } from '../worker/executors/docker/docker-api.js'
import { listThings, type ThingQuery } from '../worker/executors/docker/docker-things.js'
import { hostRemains, type HostRemain } from '../worker/reaper/host-remains.js'

export interface RemainsQuery extends Pick<ThingQuery, 'sizes'> {
  readonly named?: readonly string[]
}

/** Everything that workers have made on the Docker of this machine, and whether anybody needs it. */
export async function readHostRemains({ redisUrl, redisPrefix }: Config, docker: DockerApi, { sizes = false, named = [] }: RemainsQuery = {}): Promise<HostRemain[]> {
  const things = await listThings(docker, { sizes }).catch((cause: unknown) => {
    throw new LongshoreError('LS_DOCKER_UNREACHABLE', `Docker at ${docker.label} does not answer: ${reasonOf(cause)}`, { cause })
  })
  if (things.length === 0) return []
  if (redisUrl === '') throw new LongshoreError('LS_CONFIG', 'redisUrl is not set, and without Redis nobody knows which attempts have a lease')
  const redis = new Redis({ ...commandOptions(redisUrl), lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => {})
  try {
    await redis.connect().catch((cause: Error) => { throw new LongshoreError('LS_REDIS_UNREACHABLE', `Redis at ${redisLabel(redisUrl)} does not answer: ${cause.message}`, { cause }) })
    return await hostRemains(things, { redis, prefix: redisPrefix, isLocal: !/^(?:tcp|https?):/.test(docker.label), named, now: Date.now() })
  } finally {
    redis.disconnect()
  }
}
