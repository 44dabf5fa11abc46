import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { listDeadLetters } from '../../shared/database/tables/dead-letters.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { INFRASTRUCTURE_BUDGET } from '../../shared/states/attempt.js'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from './installation.js'

const one = (id: string, more = ''): string => `dag: ${id}\nschedule: null\ntasks:\n  a: { image: none, ${more} }\n`

describe.each(DIALECTS)('recovery on %s', dialect => {
  it('dispatches again, at the expense of no try, what a worker lost together with its lease', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ leaseTtl: 300, answer: job => (job.env['LONGSHORE_FENCE'] === '1' ? null : {}) })
    const id = await site.dag(one('lost'))
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(tasks['a']).toMatchObject({ fence: 2, try_number: 1, infra_losses: 1 })
    expect((await site.attempts(tasks['a'])).map(attempt => attempt.state)).toEqual(['lost', 'finished'])
    expect(await worker.renew(`${tasks['a']?.ti_id ?? 0}.1`)).toBe('fenced')
  })

  it('fails a task that takes each of its workers down, once its infrastructure budget is used up, at the expense of no try', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ leaseTtl: 300, answer: () => null })
    const id = await site.dag(one('poison', 'retries: 5'))
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('failed')
    expect(tasks['a']).toMatchObject({ state: 'failed', try_number: 1, infra_losses: INFRASTRUCTURE_BUDGET + 1, fence: INFRASTRUCTURE_BUDGET + 1, reason: expect.stringContaining('infrastructure losses') })
    expect((await site.attempts(tasks['a'])).map(attempt => attempt.state)).toEqual(Array.from({ length: INFRASTRUCTURE_BUDGET + 1 }, () => 'lost'))
  }, 60_000)

  it('accepts nothing from an attempt that was fenced', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ leaseTtl: 300, answer: () => null })
    const id = await site.dag(one('stale'))
    await site.trigger(id)
    await until(async () => ((await site.tasks(id))['a']?.fence ?? 0) >= 2, { timeout: 15_000 })
    const attempt = `${(await site.tasks(id))['a']?.ti_id ?? 0}.1` as AttemptId
    await worker.report(worker.event(attempt, { exitCode: 0 }))
    await until(async () => await worker.renew(attempt) === 'fenced')
    expect((await site.tasks(id))['a']?.state).not.toBe('success')
  })

  it('enqueues under the same id what was committed and never reached Redis', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(one('unsent'))
    await site.trigger(id)
    await until(async () => (await site.tasks(id))['a']?.state === 'queued')
    const redis = new Redis(site.redis.url)
    const tiId = (await site.tasks(id))['a']?.ti_id ?? 0
    const job = `{longshore:default}:default:${tiId}.1`
    await redis.multi().del(job).zrem('{longshore:default}:default:prioritized', `${tiId}.1`).lrem('{longshore:default}:default:wait', 0, `${tiId}.1`).exec()
    await until(async () => await redis.exists(job) === 1, { describe: 'the job is back' })
    site.worker()
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(tasks['a']?.fence).toBe(1)
    redis.disconnect()
  })

  it('gives a new fence to what a worker took and never claimed', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const dead = site.worker({ claims: false })
    const id = await site.dag(one('popped'))
    await site.trigger(id)
    const redis = new Redis(site.redis.url)
    await until(async () => await redis.llen('{longshore:default}:default:active') === 1)
    await dead.stop()
    site.worker()
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(tasks['a']?.fence).toBe(2)
    await until(async () => (await redis.keys('{longshore:default}:default:*.*')).length === 0, { describe: 'no job is left in Redis' })
    redis.disconnect()
  })

  it('notices that Redis was flushed, waits for the workers, and loses nothing', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let finish = (): void => {}
    const gate = new Promise<void>(resolve => { finish = resolve })
    const worker = site.worker({ answer: async () => { await gate; return {} } })
    const running = await site.dag(one('running'))
    await site.trigger(running)
    await until(async () => (await site.tasks(running))['a']?.state === 'starting')
    const attempt = `${(await site.tasks(running))['a']?.ti_id ?? 0}.1` as AttemptId
    const waiting = await site.dag(`dag: waiting\nschedule: null\ntasks:\n  a: { image: none, queue: idle }\n`)
    await site.trigger(waiting)
    await until(async () => (await site.tasks(waiting))['a']?.state === 'queued')

    const redis = new Redis(site.redis.url)
    await redis.flushall()
    const renewals = setInterval(() => { worker.renew(attempt).catch(() => {}) }, 100)
    site.worker({ queue: 'idle' })
    expect(await site.ended(waiting)).toMatchObject({ state: 'success', tasks: { a: { fence: 2, infra_losses: 0 } } })
    clearInterval(renewals)
    finish()
    expect(await site.ended(running)).toMatchObject({ state: 'success', tasks: { a: { fence: 1, infra_losses: 0 } } })
    redis.disconnect()
  })

  it('comes to the same end when events come twice and in the wrong order', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: () => null })
    const id = await site.dag(one('shuffled'))
    await site.trigger(id)
    await until(() => worker.jobs.length === 1)
    const attempt = worker.jobs[0]?.attempt as AttemptId
    const finished = worker.event(attempt)
    const { exitCode: _e, reason: _r, detail: _d, log: _l, result: _x, finishedAt: _f, ...shared } = finished
    await worker.report(finished)
    await worker.report({ ...shared, type: 'started', seq: 2, startedAt: finished.finishedAt })
    await worker.report(finished)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(await site.attempts(tasks['a'])).toMatchObject([{ state: 'finished', last_seq: 3, exit_code: 0 }])
  })

  it('sets aside events that are not ours, or come from another queue than their attempt', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: () => null })
    const id = await site.dag(`dag: mine\nschedule: null\ntasks:\n  a: { image: none }\n  b: { image: none, queue: other }\n`)
    await site.trigger(id)
    await until(() => worker.jobs.length === 1)
    const thief = site.worker({ queue: 'other', answer: () => null })
    await thief.report(thief.event(worker.jobs[0]?.attempt as AttemptId))
    const redis = new Redis(site.redis.url)
    await redis.xadd('{longshore:default}:events', '*', 'e', '{"hello": 1}')
    await until(async () => (await listDeadLetters(site.database, 10)).length === 2)
    expect((await listDeadLetters(site.database, 10)).map(letter => letter.reason).join()).toContain('was dispatched on queue default, not on other')
    expect((await site.tasks(id))['a']?.state).toBe('starting')
    // Confirmed after what they said has been committed.
    await until(async () => await redis.xlen('{longshore:default}:events') === 0)
    redis.disconnect()
  })

  it('fails a try that does not start within its startTimeout', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(one('late', 'startTimeout: 1s'))
    await site.trigger(id)
    const { tasks } = await site.ended(id)
    expect(tasks['a']).toMatchObject({ state: 'failed', reason: 'it did not start within its startTimeout' })
  })
})
