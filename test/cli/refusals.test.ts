import { join } from 'node:path'
import { mkdirSync, symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MIGRATIONS } from '../../shared/database/migrations/index.js'
import { Database } from '../../shared/database/database.js'
import { freePort } from '../harness/free-port.js'
import { createDatabase } from '../harness/mariadb.js'
import { startRedis } from '../harness/redis.js'
import { Workplace } from './setting.js'

describe('a service refuses, with a code and a next step,', () => {
  it.each(['scheduler', 'worker'])('to be a %s without a Redis', async name => {
    const result = await new Workplace().run(name)
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toContain(`error LS_CONFIG: a ${name} needs a Redis, and redisUrl is not set`)
  })

  it('a Redis that evicts', async () => {
    const redis = await startRedis({ config: { 'maxmemory-policy': 'allkeys-lru' } })
    for (const command of ['scheduler', 'worker', 'standalone']) {
      const result = await new Workplace().run(command, '--redis-url', redis.url, '--log-level', 'silent')
      expect(result, command).toMatchObject({ code: 1, stdout: '' })
      expect(result.stderr, command).toContain('error LS_REDIS_EVICTS: ')
      expect(result.stderr, command).toContain('→ Set `maxmemory-policy noeviction`')
    }
  })

  it('a Redis that does not answer', async () => {
    const url = `redis://:secret@127.0.0.1:${await freePort()}`
    const result = await new Workplace().run('worker', '--redis-url', url)
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('error LS_REDIS_UNREACHABLE: ')
    expect(result.stderr).not.toContain('secret')
  })

  it('a MySQL that does not answer', async () => {
    const redis = await startRedis()
    const work = new Workplace()
    const database = `mysql://me:secret@127.0.0.1:${await freePort()}/longshore`
    for (const args of [['scheduler', '--redis-url', redis.url], ['dags', 'list']]) {
      const result = await work.run(...args, '--database-url', database)
      expect(result, args[0]).toMatchObject({ code: 1, stdout: '' })
      expect(result.stderr).toContain('error LS_DATABASE_UNREACHABLE: ')
      expect(result.stderr).not.toContain('secret')
    }
  })

  it('a Docker that does not answer, unless the worker may run processes', async () => {
    const redis = await startRedis()
    const work = new Workplace()
    const args = ['worker', '--redis-url', redis.url, '--docker-host', `unix://${join(work.folder, 'docker.sock')}`]
    await work.run('keys', 'generate')
    const refused = await work.run(...args)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('error LS_DOCKER_UNREACHABLE: ')
    const worker = await work.start(...args, '--allow-process')
    await worker.waitForLog('worker is ready')
    expect(await worker.terminate()).toEqual({ code: 0, signal: null })
  })

  it('a schema that a newer version made, and one that is older than a command needs', async () => {
    const { url } = await createDatabase()
    const redis = await startRedis()
    const work = new Workplace()
    const older = await work.run('dags', 'list', '--database-url', url)
    expect(older.stderr).toContain('error LS_SCHEMA_OLDER: ')
    expect(await work.run('db', 'check', '--database-url', url)).toMatchObject({ code: 1 })
    expect((await work.run('db', 'migrate', '--json', '--database-url', url)).json()).toMatchObject({ applied: MIGRATIONS.map(({ name }) => name) })
    expect(await work.run('db', 'check', '--database-url', url)).toMatchObject({ code: 0 })

    const database = new Database(url, 1)
    await database.query('knex_migrations').insert({ name: '999-from-the-future', batch: 9, migration_time: new Date() })
    await database.close()
    for (const args of [['scheduler', '--redis-url', redis.url], ['dags', 'list'], ['db', 'check'], ['db', 'migrate']]) {
      const result = await work.run(...args, '--database-url', url)
      expect(result.code, args.join(' ')).toBe(1)
      expect(result.stderr, args.join(' ')).toContain('error LS_SCHEMA_NEWER: ')
      expect(result.stderr).toContain('999-from-the-future')
    }
  })

  it('to be standalone without a Redis program', async () => {
    // A directory with node alone is the whole PATH.
    const work = new Workplace()
    const bin = join(work.folder, 'bin')
    mkdirSync(bin)
    symlinkSync(process.execPath, join(bin, 'node'))
    const result = await new Workplace({}, { env: { PATH: bin } }).run('standalone')
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('neither redis-server nor valkey-server')
    expect(result.stderr).toContain('→ Install Redis')
  })

  it('a DAG folder that does not exist, and ends what it had started', async () => {
    const result = await new Workplace().run('standalone', '--dags', 'nowhere')
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/error LS_CONFIG: the DAG folder .*nowhere cannot be read: it does not exist/)
  })

  it('a port that is taken', async () => {
    const work = new Workplace()
    const port = await freePort()
    const first = await work.standalone('--port', String(port))
    const result = await new Workplace().run('standalone', '--port', String(port))
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('cannot listen on 127.0.0.1')
    expect(await first.terminate()).toEqual({ code: 0, signal: null })
  })
})
