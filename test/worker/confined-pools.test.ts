import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Leases } from '../../shared/broker/leases.js'
import { commandOptions } from '../../shared/broker/redis.js'
import { listDeadLetters } from '../../shared/database/tables/dead-letters.js'
import { queueKeys } from '../../shared/protocol/keys.js'
import { runLongshore } from '../harness/longshore.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { Installation } from '../scheduler/installation.js'
import { ScriptedWorker } from '../scheduler/scripted-worker.js'
import { Setting } from './setting.js'
import { payload, PREFIX, StandIn } from './stand-in.js'

interface Credentials {
  readonly user: string
  readonly password: string | null
  readonly redisUrl: string | null
  readonly rules: readonly string[]
  readonly applied: boolean
  readonly saved: boolean | null
}

const PLAIN = { allowProcess: 'true', dockerHost: 'unix:///nonexistent/docker.sock' }
const folder = tempDir('credentials')

async function credentials(redisUrl: string, ...args: string[]): Promise<Credentials> {
  const result = await runLongshore(['workers', 'credentials', ...args, '--json', '--redis-url', redisUrl], { cwd: folder, timeout: 200_000 })
  expect(result.stderr).toBe('')
  return result.json<Credentials>()
}

let redis: RedisServer
let admin: Redis
let confined: Credentials
let url: string

beforeAll(async () => {
  redis = await startRedis()
  admin = new Redis(redis.url)
  confined = await credentials(redis.url, 'etl', '--apply')
  url = confined.redisUrl as string
}, 240_000)

afterAll(() => { admin.disconnect() })

/** What Redis has refused since the last reset: command or key, by whom. */
const refusals = async (): Promise<unknown[]> => (await admin.call('ACL', 'LOG') as unknown[][]).map(entry => entry.slice(0, 8))

describe('longshore workers credentials', () => {
  it('changes nothing until it is told to, and shows no password in the rules', async () => {
    const shown = await credentials(redis.url, 'ml,gpu')
    expect(shown).toMatchObject({ user: 'longshore-worker-ml-gpu', applied: false, saved: null })
    expect(shown.rules.join(' ')).not.toContain(shown.password)
    expect(await admin.call('ACL', 'GETUSER', shown.user)).toBeNull()
  })

  it('gives a user that exists new rights and leaves it its password', async () => {
    const made = await credentials(redis.url, 'ml', '--apply')
    await credentials(redis.url, 'ml,gpu', '--user', made.user, '--keep-password', '--apply')
    const client = new Redis(commandOptions(made.redisUrl as string))
    await client.set(queueKeys(PREFIX, 'gpu').lease('1.1'), 'mine')
    expect(await client.get(queueKeys(PREFIX, 'gpu').lease('1.1'))).toBe('mine')
    client.disconnect()
  })
})

describe('a worker with the credentials of its queue', () => {
  it('does all that a worker does, without ever being refused by Redis', async () => {
    await admin.call('ACL', 'LOG', 'RESET')
    const scheduler = new StandIn(redis.url, 'etl')
    const setting = new Setting({ redisUrl: url, queues: 'etl', concurrency: '4', ...PLAIN })
    let worker = await setting.start()

    const one = await scheduler.enqueue({ command: ['sh', '-c', 'echo hello; echo \'{"a": 1}\' > "$LONGSHORE_RESULT"'], result: true })
    expect(await scheduler.settle(one)).toMatchObject({ exitCode: 0, result: expect.stringContaining('"a"') })
    expect(setting.log(one)).toEqual(['o hello'])
    for (const id of await scheduler.enqueueMany(20)) expect(await scheduler.settle(id)).toMatchObject({ exitCode: 0 })

    const cancelled = await scheduler.enqueue({ command: ['sleep', '100'] })
    await scheduler.waitFor(cancelled, 'started')
    await scheduler.mark(cancelled, 'cancel')
    await scheduler.redis.publish(queueKeys(PREFIX, 'etl').told, '')
    expect(await scheduler.settle(cancelled)).toMatchObject({ reason: 'cancelled' })

    const malformed = scheduler.nextId()
    await scheduler.enqueueRaw(malformed, { v: 1 })
    expect(await scheduler.settle(malformed)).toMatchObject({ reason: 'rejected' })
    await scheduler.enqueueRaw('no-attempt', {})
    await scheduler.gone('no-attempt' as never)

    const adopted = await scheduler.enqueue({ command: ['sleep', '2'] })
    await scheduler.waitFor(adopted, 'started')
    await worker.stop()
    worker = await setting.start()
    expect(await scheduler.settle(adopted)).toMatchObject({ reason: 'exited', exitCode: 0 })
    await setting.clean()
    await worker.stop()

    expect(await refusals()).toEqual([])
  })

  it('is served by a real scheduler', async () => {
    const site = await Installation.create('sqlite')
    const own = await credentials(site.redis.url, 'etl', '--apply')
    await site.scheduler()
    await new Setting({ redisUrl: own.redisUrl as string, queues: 'etl', ...PLAIN }).start()
    await site.dag('dag: confined\nschedule: null\ndefaults: { kind: process, queue: etl }\ntasks:\n  a: { shell: "true" }\n  b: { shell: "true", after: [a] }\n')
    await site.trigger('confined')
    expect((await site.ended('confined')).state).toBe('success')
  })
})

describe('somebody who stole these credentials', () => {
  let thief: Redis
  const other = queueKeys(PREFIX, 'other')
  const own = queueKeys(PREFIX, 'etl')

  beforeAll(() => { thief = new Redis(commandOptions(url)) })
  afterAll(() => { thief.disconnect() })

  it.each<[string, () => Promise<unknown>]>([
    ['read the jobs of another queue', () => thief.hgetall(`${other.bullPrefix}:other:1.1`)],
    ['list them', () => thief.lrange(`${other.bullPrefix}:other:active`, 0, -1)],
    ['read its live logs', () => thief.xread('STREAMS', other.liveLog('1.1'), '0')],
    ['read its events', () => thief.xrange(other.events, '-', '+')],
    ['read the events of its own queue', () => thief.xrange(own.events, '-', '+')],
    ['add a job to another queue', () => thief.hset(`${other.bullPrefix}:other:9.1`, 'data', '{}')],
    ['put one before its workers', () => thief.zadd(`${other.bullPrefix}:other:prioritized`, 1, '9.1')],
    ['take one from them', () => thief.zpopmin(`${other.bullPrefix}:other:prioritized`)],
    ['finish one', () => thief.lrem(`${other.bullPrefix}:other:active`, 0, '1.1')],
    ['report on another queue', () => thief.xadd(other.events, '*', 'e', '{}')],
    ['claim there by script', () => new Leases(thief, PREFIX, 'other', 'thief').claim('1.1', 1_000, {} as never)],
    ['give back there by script', () => new Leases(thief, PREFIX, 'other', 'thief').release('1.1', {} as never)],
    ['take a lease there', () => thief.set(other.lease('1.1'), 'thief')],
    ['fence there', () => thief.set(other.mark('1.1'), 'fenced')],
    ['cancel there', () => thief.set(other.mark('1.1'), 'cancel')],
    ['remove leases there', () => thief.del(other.lease('1.1'))],
    ['reach it from within a script', () => thief.eval(`return redis.call('SET', '${other.lease('1.1')}', 'x')`, 0)],
    ['pretend on another queue that Redis forgot', () => thief.del(other.epoch)],
    ['pretend on its own queue that Redis forgot', () => thief.del(own.epoch)],
    ['tell other workers', () => thief.publish(other.told, 'x')],
    ['listen to other queues', () => thief.duplicate().subscribe(other.told)],
    ['wake schedulers', () => thief.publish(`${PREFIX}:wake`, 'x')],
    ['write anywhere else', () => thief.set('anything', 'x')],
    ['use a queue whose name begins like its own', () => thief.set(queueKeys(PREFIX, 'etl2').lease('1.1'), 'x')],
    ['use another installation', () => thief.set(queueKeys('staging', 'etl').lease('1.1'), 'x')],
    ['empty Redis', () => thief.flushall()],
    ['empty the database', () => thief.flushdb()],
    ['list keys', () => thief.keys('*')],
    ['scan keys', () => thief.scan(0)],
    ['read the configuration', () => thief.config('GET', '*')],
    ['change it', () => thief.config('SET', 'dir', '/tmp')],
    ['load a function', () => thief.call('FUNCTION', 'LOAD', '#!lua name=x\nredis.register_function("x", function() return 1 end)')],
    ['remove the scripts of others', () => thief.script('FLUSH')],
    ['watch what others do', () => thief.call('MONITOR')],
    ['list who is connected', () => thief.call('CLIENT', 'LIST')],
    ['cut others off', () => thief.call('CLIENT', 'KILL', 'TYPE', 'normal')],
    ['hold Redis up', () => thief.call('DEBUG', 'SLEEP', '1')],
    ['make it a replica', () => thief.call('REPLICAOF', 'localhost', '1')],
    ['stop it', () => thief.shutdown()],
    ['give itself more rights', () => thief.call('ACL', 'SETUSER', confined.user, 'allkeys', '+@all')],
    ['see the users', () => thief.call('ACL', 'LIST')],
  ])('cannot %s', async (_, attack) => {
    await expect(attack()).rejects.toThrow(/NOPERM|No permissions|ACL failure|can't access|not allowed/i)
  })

  it('cannot take jobs of another queue through BullMQ', async () => {
    const connection = new Redis({ ...commandOptions(url), maxRetriesPerRequest: null })
    const queue = new Queue('other', { connection, prefix: other.bullPrefix, skipVersionCheck: true })
    queue.on('error', () => {})
    await expect(queue.add('task', payload({ attempt: '9.1', queue: 'other' }), { jobId: '9.1' })).rejects.toThrow(/NOPERM|No permissions|ACL/i)
    await queue.close()
    connection.disconnect()
  })

  it('cannot end a task of another queue by reporting about it on its own: that becomes a dead letter', async () => {
    const site = await Installation.create('sqlite')
    const own = await credentials(site.redis.url, 'etl', '--apply')
    await site.scheduler()
    site.worker({ answer: () => null })
    site.worker({ queue: 'etl' })
    await site.dag('dag: victim\nschedule: null\ntasks:\n  there: { image: any:1 }\n')
    await site.dag('dag: bait\nschedule: null\ndefaults: { queue: etl }\ntasks:\n  here: { image: any:1 }\n')
    await site.trigger('victim')
    const task = await until(async () => { const { there } = await site.tasks('victim'); return there?.state === 'starting' || there?.state === 'running' ? there : undefined }, { describe: 'the task to be with its worker' })
    const forger = new ScriptedWorker({ redisUrl: own.redisUrl as string, queue: 'etl', answer: () => ({}) })
    await forger.report(forger.event(`${task.ti_id}.${task.fence}`))
    await until(async () => (await listDeadLetters(site.database, 10)).some(({ reason }) => reason.includes('was dispatched on queue default, not on etl')))
    expect((await site.tasks('victim'))['there']).toMatchObject({ state: task.state, fence: task.fence })
    await forger.stop()
  })
})
