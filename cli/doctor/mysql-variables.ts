import { ok, warn, type Finding } from './check.js'

export const WATCHED_VARIABLES = [
  'innodb_lock_wait_timeout', 'binlog_format', 'log_bin', 'max_connections', 'max_allowed_packet', 'slow_query_log', 'long_query_time',
  'innodb_flush_log_at_trx_commit', 'innodb_rollback_on_timeout',
] as const

const MEBIBYTE = 1024 * 1024
const SMALLEST_PACKET = 16 * MEBIBYTE
const PROCESSES = 4

/** What to change on a MySQL or MariaDB server. Isolation and lock timeout are set by each of our sessions. */
export function judgeVariables(variables: ReadonlyMap<string, string>, pool: number): Finding[] {
  const value = (name: (typeof WATCHED_VARIABLES)[number]): string => (variables.get(name) ?? '').toUpperCase()
  const number = (name: (typeof WATCHED_VARIABLES)[number]): number => Number(variables.get(name) ?? Number.NaN)
  const findings = [ok('database sessions', `READ COMMITTED and a lock timeout of 10 s, set by each session (the server's default is ${variables.get('innodb_lock_wait_timeout') ?? '?'} s)`)]
  const isOn = (text: string): boolean => text === 'ON' || text === '1'
  if (isOn(value('log_bin')) && value('binlog_format') === 'STATEMENT') {
    findings.push(warn('binary log', 'binlog_format is STATEMENT', 'Set `binlog_format = ROW`: with READ COMMITTED, InnoDB refuses writes under STATEMENT.'))
  }
  if (number('max_connections') < pool * PROCESSES) {
    findings.push(warn('database connections', `max_connections is ${number('max_connections')}; a scheduler opens up to ${pool}`, `Raise max_connections, or lower databasePool.`))
  }
  if (number('max_allowed_packet') < SMALLEST_PACKET) {
    findings.push(warn('database packets', `max_allowed_packet is ${Math.round(number('max_allowed_packet') / MEBIBYTE)} MiB`, 'Set `max_allowed_packet = 16M` or more: batches of a DAG with many tasks are large.'))
  }
  if (number('innodb_flush_log_at_trx_commit') !== 1) {
    findings.push(warn('database durability', `innodb_flush_log_at_trx_commit is ${number('innodb_flush_log_at_trx_commit')}`, 'Set it to 1: a power cut may otherwise lose the last second of commits, and a task may run twice.'))
  }
  if (!isOn(value('slow_query_log'))) {
    findings.push(warn('slow queries', 'the slow query log is off', 'Set `slow_query_log = ON` and `long_query_time = 1`, to see what holds up the scheduler when it is slow.'))
  } else findings.push(ok('slow queries', `logged when they take ${number('long_query_time')} s`))
  return findings
}
