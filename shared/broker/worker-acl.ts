import { createHash } from 'node:crypto'
import { queueKeys, servedKey, workerKeyPatterns } from '../protocol/keys.js'

/**
 * What a worker does in Redis, BullMQ's scripts included: a script runs with the rights of whoever calls it. No KEYS, SCAN, CONFIG,
 * FLUSHALL; no reading of streams, so that no worker reads what others reported.
 */
const COMMANDS = [
  // The connection.
  'ping', 'info', 'select', 'time', 'client|id', 'client|setname', 'subscribe', 'unsubscribe', 'multi', 'exec', 'discard', 'eval', 'evalsha',
  // Keys of any type.
  'del', 'exists', 'pexpire', 'pttl',
  // Strings: leases, marks, locks.
  'get', 'set', 'mget', 'incr',
  // Hashes: jobs, presence.
  'hdel', 'hexists', 'hget', 'hgetall', 'hincrby', 'hmget', 'hmset', 'hset', 'hvals',
  // Lists and sets: waiting and active jobs.
  'llen', 'lpush', 'lrange', 'lrem', 'ltrim', 'rpoplpush', 'sadd', 'scard', 'smembers', 'srem',
  // Sorted sets: jobs by priority, the marker of news.
  'bzpopmin', 'zadd', 'zcard', 'zpopmin', 'zrange', 'zrangebyscore', 'zrem', 'zremrangebyrank', 'zremrangebyscore', 'zrevrange', 'zrevrangebyscore', 'zscore',
  // Streams: events and live logs, both only appended to.
  'xadd', 'xtrim',
] as const

/** Rules of an ACL user (Redis 6.2 or later) who may do what a worker of these queues does, and nothing else. */
export function workerRights(prefix: string, queues: readonly string[]): string[] {
  return [
    'resetkeys', ...[servedKey(prefix), ...queues.flatMap(queue => workerKeyPatterns(prefix, queue))].map(pattern => `~${pattern}`),
    'resetchannels', ...queues.map(queue => `&${queueKeys(prefix, queue).told}`),
    '-@all', ...COMMANDS.map(command => `+${command}`),
  ]
}

/** The whole of a new user. The password is given as its SHA-256, so that the rules may be shown and kept in files. */
export const workerUser = (prefix: string, queues: readonly string[], password: string): string[] =>
  ['reset', 'on', `#${createHash('sha256').update(password).digest('hex')}`, ...workerRights(prefix, queues)]
