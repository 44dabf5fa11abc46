import { Redis } from 'ioredis'
import { checkRedis, commandOptions, redisLabel } from '../../shared/broker/redis.js'
import { findProgram, REDIS_SERVERS } from '../standalone/find-program.js'
import { standaloneFile } from '../standalone/standalone-file.js'
import { fail, failed, ok, warn, type Check, type Finding, type Role } from './check.js'

const OLDEST = [6, 2] as const

export const checkBroker: Check = async ({ config: { redisUrl, stateDir }, origin, role }) => {
  if (redisUrl === '') return [noRedis(role)]
  try {
    await checkRedis(redisUrl)
  } catch (error) {
    if (origin.redisUrl === standaloneFile(stateDir)) return [warn('redis', 'the standalone of this state directory does not run, nor does its private Redis', 'Start it with `longshore standalone`.')]
    return [failed('redis', error)]
  }
  const redis = new Redis({ ...commandOptions(redisUrl), lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => {})
  try {
    await redis.connect()
    const startedAt = performance.now()
    await redis.ping()
    const latency = performance.now() - startedAt
    return judge(redisLabel(redisUrl), fields(await redis.info()), latency)
  } catch (error) {
    return [failed('redis', error)]
  } finally {
    redis.disconnect()
  }
}

/** What INFO says, as far as it matters here. */
export function judge(label: string, info: ReadonlyMap<string, string>, latencyMs: number): Finding[] {
  const version = info.get('redis_version') ?? 'unknown'
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isNewEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
  const server = info.get('server_name') === 'valkey' ? `Valkey ${info.get('valkey_version') ?? version}` : `Redis ${version}`
  const keeps = info.get('aof_enabled') === '1'
  return [
    isNewEnough ? ok('redis', `${label}, ${server}, ${info.get('used_memory_human') ?? '?'} used, answers in ${latencyMs.toFixed(1)} ms`)
      : fail('redis', `${label} is ${server}`, `Upgrade it to ${OLDEST.join('.')} or later.`),
    ok('redis eviction', info.get('maxmemory_policy') ?? 'not told by this service'),
    keeps ? ok('redis persistence', 'append-only file')
      : warn('redis persistence', 'no append-only file', 'Set `appendonly yes`. Nothing is lost without it, but after a restart of Redis every queue is rebuilt from the database, which is a pause.'),
    ...(latencyMs > 20 ? [warn('redis latency', `${latencyMs.toFixed(1)} ms for one PING`, 'Put Redis nearer to schedulers and workers: each step of a task waits for it.')] : []),
  ]
}

function noRedis(role: Role): Finding {
  if (role === 'scheduler' || role === 'worker') return fail('redis', 'redisUrl is not set', `Set redisUrl: a ${role} needs a Redis.`)
  const program = findProgram(REDIS_SERVERS)
  if (program !== null) return ok('redis', `none is set; standalone starts a private one with ${program}`)
  const advice = 'Install Redis (`apt-get install redis-server`), or set redisUrl to a server that runs.'
  return (role === 'standalone' ? fail : warn)('redis', 'none is set, and standalone finds neither redis-server nor valkey-server', advice)
}

const fields = (info: string): Map<string, string> => new Map([...info.matchAll(/^([a-z_]+):(.*?)\r?$/gm)].map(([, name = '', value = '']) => [name, value]))
