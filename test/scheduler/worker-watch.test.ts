import { describe, expect, it } from 'vitest'
import { WorkerWatch } from '../../scheduler/observe-workers/worker-watch.js'
import { Control } from '../../shared/broker/control.js'
import { Presence, type WorkerFacts } from '../../shared/broker/presence.js'
import { commandOptions, openRedis } from '../../shared/broker/redis.js'
import { ensureQueues } from '../../shared/database/tables/queues.js'
import { servedKey } from '../../shared/protocol/keys.js'
import { setQueuePaused } from '../../shared/operations/queues.js'
import { pickWorker, readWorkers, wantOfWorker } from '../../shared/operations/workers.js'
import { atEnd } from '../harness/cleanup.js'
import { DIALECTS, Installation, type Dialect } from './installation.js'

const facts = (id: string, more: Partial<WorkerFacts> = {}): WorkerFacts =>
  ({ id, name: `name-${id}`, host: 'here', version: '0', pid: 1, slots: 4, active: 1, queues: ['etl'], startedAt: 1, boot: 'b', ...more })

const EVERY = 1_234

async function stage(dialect: Dialect) {
  const site = await Installation.create(dialect)
  await site.database.transact('test', tx => ensureQueues(tx, ['etl', 'ml']))
  const redis = openRedis(commandOptions(site.redis.url))
  atEnd(() => redis.disconnect())
  const broker = { redisUrl: site.redis.url, redisPrefix: 'longshore' }
  const [presence, control] = [new Presence(redis, 'longshore'), new Control(redis, 'longshore')]
  const watch = new WorkerWatch(site.database, redis, { prefix: 'longshore', every: EVERY })
  /** What stands in the database. */
  const known = () => readWorkers(site.database, { ...broker, redisUrl: '' })
  return { site, redis, broker, presence, control, watch, known, ago: (id: string, ms: number) => site.database.query('workers').where({ worker_id: id }).decrement('last_seen', ms) }
}

describe.each(DIALECTS)('the watch over workers on %s', dialect => {
  it('writes down who is there, on whichever queue, once; and who has gone, for a month', async () => {
    const { redis, presence, watch, known, ago } = await stage(dialect)
    await presence.announce('etl', facts('a', { queues: ['etl', 'ml'] }))
    await presence.announce('ml', facts('a', { queues: ['etl', 'ml'], active: 3 }))
    await presence.announce('ml', facts('b', { queues: ['ml'] }))
    expect(await watch.runOnce()).toBe(EVERY)
    expect(await known()).toMatchObject([{ id: 'a', status: 'online', wishes: null }, { id: 'b', status: 'online', facts: { queues: ['ml'] } }])

    await presence.leave('ml', facts('b', { queues: ['ml'] }))
    await watch.runOnce()
    expect((await known()).map(({ status }) => status)).toEqual(['online', 'gone'])
    await redis.flushall()
    await watch.runOnce()
    await ago('a', 60_000)
    expect(await known()).toMatchObject([{ id: 'a', status: 'unreachable', facts: { slots: 4 } }, { id: 'b', status: 'gone' }])
    await ago('b', 31 * 24 * 3_600_000)
    await watch.runOnce()
    expect((await known()).map(({ id }) => id)).toEqual(['a'])
  })

  it('sees who serves a queue that no DAG has named, and believes no name that a queue cannot have', async () => {
    const { presence, watch, known, redis } = await stage(dialect)
    await presence.announce('quiet', facts('a', { queues: ['quiet'] }))
    await presence.serve(['quiet', 'etl'])
    await redis.zadd(servedKey('longshore'), Date.now(), 'x:y', Date.now(), 'lease')
    await watch.runOnce()
    expect(await known()).toMatchObject([{ id: 'a', status: 'online', facts: { queues: ['quiet'] } }])
    expect((await presence.served()).sort()).toEqual(['etl', 'quiet'])
  })

  it('never takes what a worker said before for what it says now', async () => {
    const { site, presence, watch, known } = await stage(dialect)
    await presence.announce('etl', facts('a', { active: 2 }))
    await watch.runOnce()
    const [before] = await known()
    await site.database.query('workers').increment('last_seen', 3_600_000)
    await presence.announce('etl', facts('a', { active: 0 }))
    await watch.runOnce()
    expect((await known())[0]).toMatchObject({ facts: { active: 2 }, firstSeen: before?.firstSeen })
  })

  it('tells again what people want when Redis has forgotten it, of workers on each of their queues and of queues', async () => {
    const { site, redis, broker, presence, control, watch } = await stage(dialect)
    await presence.announce('etl', facts('a'))
    await watch.runOnce()
    await wantOfWorker(site.database, broker, 'name-a', before => ({ ...before, concurrency: 9, queues: ['ml'] }))
    await setQueuePaused(site.database, broker, 'ml', true, 'ada')
    await redis.flushall()
    expect(await control.read('ml', 'a')).toEqual({ queue: null, worker: null })
    await watch.runOnce()
    for (const queue of ['etl', 'ml']) expect((await control.read(queue, 'a')).worker).toMatchObject({ concurrency: 9, queues: ['ml'] })
    expect((await control.read('ml', 'a')).queue).toMatchObject({ paused: true })
    expect((await control.read('etl', 'a')).queue).toBeNull()
  })

  it('has workers look only when there is news for them', async () => {
    const { site, redis, broker, presence, watch } = await stage(dialect)
    await presence.announce('etl', facts('a'))
    await watch.runOnce()
    await wantOfWorker(site.database, broker, 'name-a', before => ({ ...before, concurrency: 9 }))
    const heard: string[] = []
    const ear = redis.duplicate()
    atEnd(() => ear.disconnect())
    ear.on('pmessage', (_, channel: string) => { heard.push(channel) })
    await ear.psubscribe('*:told')
    await watch.runOnce()
    await redis.flushall()
    await watch.runOnce()
    // What is published comes before the answer to what is asked after it, on one connection.
    await ear.ping()
    expect(heard).toEqual(['{longshore:etl}:told'])
  })

  it('a worker is picked by its name while it is there, and never between two of one name', async () => {
    const { presence, watch, known } = await stage(dialect)
    await presence.announce('etl', facts('aaaa-1', { name: 'deck' }))
    await presence.announce('etl', facts('bbbb-2', { name: 'deck' }))
    await watch.runOnce()
    expect(() => pickWorker([], 'deck')).toThrow(expect.objectContaining({ code: 'LS_WORKER_NOT_FOUND' }))
    const two = await known()
    expect(() => pickWorker(two, 'deck')).toThrow("'deck' can be any of 2 workers: aaaa-1, bbbb-2")
    expect(pickWorker(two, 'bbbb').id).toBe('bbbb-2')
    await presence.leave('etl', facts('aaaa-1', { name: 'deck' }))
    await watch.runOnce()
    expect(pickWorker(await known(), 'deck').id).toBe('bbbb-2')
  })
})
