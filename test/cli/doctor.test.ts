import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../cli/doctor/check.js'
import { judgeRoom } from '../../cli/doctor/room.js'
import { judgeVariables } from '../../cli/doctor/mysql-variables.js'
import { judge } from '../../cli/doctor/redis.js'
import { Database } from '../../shared/database/database.js'
import { insertDeadLetters } from '../../shared/database/tables/dead-letters.js'
import { parseS3Location } from '../../shared/log-store/s3-location.js'
import { S3LogStore } from '../../shared/log-store/s3-log-store.js'
import { keyPlaces } from '../../shared/signing/key-places.js'
import { sharedDocker } from '../harness/docker.js'
import { freePort } from '../harness/free-port.js'
import { createDatabase } from '../harness/mariadb.js'
import { startRedis } from '../harness/redis.js'
import { S3_CREDENTIALS, startS3 } from '../harness/s3.js'
import { Workplace } from './setting.js'

interface Report {
  readonly ok: boolean
  readonly findings: readonly Finding[]
}

const statusOf = ({ findings }: Report, check: string): string | undefined => findings.find(finding => finding.check === check)?.status

describe('doctor', () => {
  it('finds a whole installation well, and warns of what is only worth a warning', async () => {
    const [database, redis, docker] = [await createDatabase(), await startRedis(), await sharedDocker()]
    const work = new Workplace({}, { env: { LONGSHORE_DATABASE_URL: database.url, LONGSHORE_REDIS_URL: redis.url, LONGSHORE_DOCKER_HOST: docker.host } })
    await work.ask('db', 'migrate')
    const db = new Database(database.url, 1)
    await insertDeadLetters(db, [{ queue: 'q', entry: '1-1', payload: '{}', reason: 'no such attempt' }])
    await db.close()
    const report = await work.ask<Report>('doctor')
    expect(report.ok).toBe(true)
    for (const check of ['signing key', 'memory', 'node', 'settings', 'database', 'database sessions', 'clock', 'schema', 'redis', 'redis eviction', 'docker', 'state directory']) expect(statusOf(report, check), check).toBe('ok')
    for (const check of ['dead letters', 'redis persistence']) expect(statusOf(report, check), check).toBe('warn')
    for (const { status, advice } of report.findings) expect(advice === null).toBe(status === 'ok')
    const text = await work.run('doctor')
    expect(text).toMatchObject({ code: 0, stderr: '' })
    expect(text.stdout).toMatch(/^warn {2}dead letters: 1 worker event\(s\) could not be applied\n {6}→ /m)
  })

  it('tells which runtime containers would have, and that Docker does not know it', async () => {
    const [redis, docker] = [await startRedis(), await sharedDocker()]
    const judged = async (runtime: string): Promise<Finding | undefined> => {
      const work = new Workplace({}, { env: { LONGSHORE_REDIS_URL: redis.url, LONGSHORE_DOCKER_HOST: docker.host, LONGSHORE_CONTAINER_RUNTIME: runtime } })
      const result = await work.run('doctor', '--for', 'worker', '--json')
      return result.json<Report>().findings.find(({ check }) => check === 'container runtime')
    }
    expect(await judged('runc')).toMatchObject({ status: 'ok', detail: 'runc' })
    expect(await judged('nowhere')).toMatchObject({ status: 'fail', detail: expect.stringMatching(/^Docker knows no 'nowhere'; it has .*runc/), advice: expect.stringContaining('/etc/docker/daemon.json') })
  })

  it('fails for what cannot be reached, and still looks at the rest', async () => {
    const work = new Workplace()
    const port = await freePort()
    const result = await work.run('doctor', '--for', 'worker', '--json', '--redis-url', `redis://127.0.0.1:${port}`, '--database-url', `mysql://x@127.0.0.1:${port}/x`)
    expect(result.code).toBe(1)
    const report = result.json<Report>()
    expect(report.ok).toBe(false)
    expect(statusOf(report, 'redis')).toBe('fail')
    expect(statusOf(report, 'database')).toBeUndefined()
    expect(statusOf(report, 'state directory')).toBe('ok')
    const scheduler = (await work.run('doctor', '--for', 'scheduler', '--json', '--database-url', `mysql://x@127.0.0.1:${port}/x`)).json<Report>()
    expect(statusOf(scheduler, 'database')).toBe('fail')
    expect(statusOf(scheduler, 'redis')).toBe('fail')
    expect(statusOf(scheduler, 'docker')).toBeUndefined()
  })

  it('fails for a Docker that a worker needs, a Redis that evicts, and settings that are wrong', async () => {
    const redis = await startRedis({ config: { 'maxmemory-policy': 'volatile-lru' } })
    const work = new Workplace()
    const result = await work.run('doctor', '--for', 'worker', '--json', '--redis-url', redis.url)
    expect(result.json<Report>().findings.find(({ check }) => check === 'redis')).toMatchObject({ status: 'fail', detail: expect.stringContaining('volatile-lru') })
    const docker = new Workplace({}, { env: { LONGSHORE_DOCKER_HOST: `unix://${join(work.folder, 'nothing.sock')}` } })
    expect(statusOf((await docker.run('doctor', '--for', 'worker', '--json')).json<Report>(), 'docker')).toBe('fail')
    const wrong = await new Workplace({ 'longshore.yaml': 'paralelism: 3' }).run('doctor', '--json')
    expect(wrong.code).toBe(1)
    expect(wrong.json<Report>()).toMatchObject({ ok: false, findings: [{ check: 'settings', status: 'fail', detail: expect.stringContaining("did you mean 'parallelism'?") }] })
  })
})

describe('doctor on keys', () => {
  const findings = async (work: Workplace, role: string, ...more: string[]): Promise<readonly Finding[]> => (await work.run('doctor', '--for', role, '--json', ...more)).json<Report>().findings
  const of = (found: readonly Finding[], check: string): string[] => found.filter(finding => finding.check === check).map(({ status }) => status)

  it('asks a scheduler for a private key that nobody else can read, and a worker for public ones and no private one', async () => {
    const work = new Workplace()
    expect(of(await findings(work, 'scheduler'), 'signing key')).toEqual(['fail'])
    expect(of(await findings(work, 'worker'), 'trusted keys')).toEqual(['fail'])
    await work.ask('keys', 'generate')
    expect(of(await findings(work, 'scheduler'), 'signing key')).toEqual(['ok'])
    const worker = await findings(work, 'worker')
    expect([of(worker, 'trusted keys'), of(worker, 'signing key')]).toEqual([['ok'], ['warn']])

    const places = keyPlaces({ keysDir: '', stateDir: join(work.folder, '.longshore/state'), signingKey: '', trustedKeys: [] })
    chmodSync(places.signing, 0o644)
    expect((await findings(work, 'scheduler')).find(({ check }) => check === 'signing key')).toMatchObject({ status: 'fail', advice: expect.stringContaining('chmod 600') })
    chmodSync(places.signing, 0o600)
    rmSync(places.ownTrusted, { recursive: true })
    expect(of(await findings(work, 'standalone'), 'trusted keys')).toEqual(['fail'])
  })
})

describe('doctor on a log store of S3', () => {
  const doctor = async (logStore: string): Promise<Finding | undefined> => {
    const work = new Workplace({}, { env: { ...S3_CREDENTIALS, LONGSHORE_LOG_STORE: logStore } })
    return (await work.run('doctor', '--for', 'worker', '--json')).json<Report>().findings.find(({ check }) => check === 'log store')
  }

  it('writes, reads and removes one object, and fails when it may not', async () => {
    const s3 = await startS3()
    expect(await doctor(s3.logStore('doctor'))).toMatchObject({ status: 'ok' })
    const { requests } = await s3.told()
    for (const method of ['PUT', 'GET', 'DELETE']) expect(requests.some(line => line.startsWith(`${method} /logs/doctor/longshore-doctor/`)), method).toBe(true)
    expect(await new S3LogStore(parseS3Location(s3.logStore('doctor'))).size((/longshore-doctor\/[0-9a-f-]{36}/.exec(requests.join(' ')) ?? [''])[0])).toBeNull()
    expect(await doctor(s3.logStore('doctor').replace('s3://logs/', 's3://nobodys/'))).toMatchObject({ status: 'fail' })
  })
})

it('room is judged by what a worker wants before it takes work', () => {
  const room = (free: number): string => judgeRoom('log store', '/logs', { free, total: 1000 }, 'minFreeDisk', '100').status
  expect([99, 100, 199, 200].map(room)).toEqual(['fail', 'warn', 'warn', 'ok'])
  expect(judgeRoom('memory', '', { free: 4, total: 100 }, 'minFreeMemory', '5%')).toMatchObject({ status: 'fail', detail: '4 B of 100 B free' })
})

it('a server\'s variables are judged by what Longshore needs of them', () => {
  const good = new Map(Object.entries({
    innodb_lock_wait_timeout: '50', log_bin: 'ON', binlog_format: 'ROW', max_connections: '151', max_allowed_packet: '16777216', slow_query_log: 'ON', long_query_time: '1.0', innodb_flush_log_at_trx_commit: '1',
  }))
  expect(judgeVariables(good, 10).every(({ status }) => status === 'ok')).toBe(true)
  const warned = (name: string, value: string): string[] => judgeVariables(new Map([...good, [name, value]]), 10).filter(({ status }) => status === 'warn').map(({ check }) => check)
  expect(warned('binlog_format', 'STATEMENT')).toEqual(['binary log'])
  expect(warned('max_connections', '20')).toEqual(['database connections'])
  expect(warned('max_allowed_packet', '1048576')).toEqual(['database packets'])
  expect(warned('slow_query_log', 'OFF')).toEqual(['slow queries'])
  expect(warned('innodb_flush_log_at_trx_commit', '2')).toEqual(['database durability'])
})

it('a Redis is judged by its version, its persistence and its answers', () => {
  const info = (version: string, aof = '1'): Map<string, string> => new Map([['redis_version', version], ['aof_enabled', aof], ['maxmemory_policy', 'noeviction']])
  const statuses = (findings: readonly Finding[]): string[] => findings.map(({ status }) => status)
  expect(statuses(judge('x', info('7.2.4'), 1))).toEqual(['ok', 'ok', 'ok'])
  expect(statuses(judge('x', info('6.0.16'), 1))).toEqual(['fail', 'ok', 'ok'])
  expect(statuses(judge('x', info('6.2.0', '0'), 50))).toEqual(['ok', 'ok', 'warn', 'warn'])
})
