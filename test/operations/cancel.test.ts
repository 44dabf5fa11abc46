import { describe, expect, it } from 'vitest'
import { cancelRuns } from '../../shared/operations/cancel-runs.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { queueKeys } from '../../shared/protocol/keys.js'
import { commandOptions, openRedis } from '../../shared/broker/redis.js'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from '../scheduler/installation.js'
import type { ScriptedWorker } from '../scheduler/scripted-worker.js'
import { expectTalliesToHold } from '../scheduler/tallies.js'
import { Hands } from './hands.js'

const dag = (id: string, tasks: readonly string[], head: readonly string[] = []): string =>
  [`dag: ${id}`, 'schedule: null', ...head, 'defaults: { image: none }', 'tasks:', ...tasks.map(line => `  ${line}`), ''].join('\n')

const idOf = ({ attempt }: JobPayload) => attempt as `${number}.${number}`
const stopped = (worker: ScriptedWorker, job: JobPayload) => worker.report(worker.event(idOf(job), { reason: 'cancelled', exitCode: null }))

describe.each(DIALECTS)('cancelling on %s', dialect => {
  it('a run ends what is open, stops what runs without a retry, and starts nothing more', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => (job.task === 'a' ? null : job.task === 'r' ? { exitCode: 1 } : {}) })
    const id = await site.dag(dag('whole', ['a: { retries: 5, retryDelay: 10ms }', 'b: { after: [a], triggerRule: always }', 'c: { after: [a], triggerRule: all_done }', 'r: { retries: 3, retryDelay: 1h }']))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await until(async () => { const tasks = await site.tasks(id); return tasks['a']?.state === 'starting' && tasks['r']?.state === 'up_for_retry' && tasks['b']?.state === 'success' })
    const job = worker.jobs.find(({ task }) => task === 'a') as JobPayload
    const { tasks: touched } = await hands.cancelRuns()
    expect(touched.map(({ task, atOnce }) => [task, atOnce])).toEqual([['a', false], ['c', true], ['r', true]])
    expect(await site.run(id)).toMatchObject({ state: 'running', wanted: 'cancelled', reason: 'cancelled by ann' })
    expect(await worker.renew(idOf(job))).toBe('cancel')
    await worker.report(worker.event(idOf(job), { exitCode: 1 }))
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('cancelled')
    expect(tasks).toMatchObject({ a: { state: 'cancelled', fence: 1, reason: 'cancelled by ann' }, b: { state: 'success' }, c: { state: 'cancelled', fence: 0 }, r: { state: 'cancelled', due_at: null } })
    expect(worker.jobs).toHaveLength(3)
    await expectTalliesToHold(site.database)
    expect((await hands.cancelRuns()).runs).toEqual([])
  })

  it('a run that waits for its turn ends it at once, and a cleared one too; clearing begins it again', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => (job.run === 'first' && job.task === 'a' ? null : {}) })
    const id = await site.dag(dag('queued', ['a: {}', 'b: { after: [a] }'], ['maxActiveRuns: 1']))
    const hands = new Hands(site, id)
    await site.trigger(id, 'first')
    const job = await until(() => worker.jobs[0])
    await site.trigger(id, 'second')
    await hands.cancelRuns({ runs: { kind: 'named', runs: ['second'] } })
    expect(await site.run(id, 'second')).toMatchObject({ state: 'cancelled', started_at: null, ended_at: expect.any(Number) as number })
    await hands.clear({ runs: { kind: 'named', runs: ['second'] } })
    expect((await site.run(id, 'second'))?.state).toBe('queued')
    await worker.report(worker.event(idOf(job)))
    expect((await site.ended(id, 'second')).tasks).toMatchObject({ a: { state: 'success' }, b: { state: 'success' } })
    expect((await site.ended(id, 'first')).state).toBe('success')

    await site.trigger(id, 'third')
    await site.ended(id, 'third')
    // Paused: nothing takes the cleared run out of the queue meanwhile.
    await site.database.query('dags').where({ dag_id: id }).update({ is_paused: true })
    await hands.clear({ runs: { kind: 'named', runs: ['third'] } })
    await hands.cancelRuns({ runs: { kind: 'unfinished' } })
    expect(await site.run(id, 'third')).toMatchObject({ state: 'cancelled' })
    expect(await hands.states('third')).toEqual(['a cancelled', 'b cancelled'])
  })

  it('a task ends what waits for it by its trigger rules; a queued one is taken back before any worker has it', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('task', ['a: {}', 'b: { after: [a] }', 'c: { after: [a], triggerRule: all_done }']))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await until(async () => (await site.tasks(id))['a']?.state === 'queued')
    expect((await hands.cancel({ tasks: ['a'] })).tasks).toMatchObject([{ task: 'a', atOnce: true }])
    expect(await site.tasks(id)).toMatchObject({ a: { state: 'cancelled' }, b: { state: 'upstream_failed' } })
    const worker = site.worker()
    const { tasks } = await site.ended(id)
    expect(tasks['c']?.state).toBe('success')
    expect(worker.jobs.map(({ task }) => task)).toEqual(['c'])
  })

  it('a task in a cleared run that waits for its turn starts nothing downstream before that', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker()
    const id = await site.dag(dag('turn', ['a: {}', 'c: { after: [a], triggerRule: all_done }']))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await site.ended(id)
    await site.database.query('dags').where({ dag_id: id }).update({ is_paused: true })
    await hands.clear()
    await hands.cancel({ tasks: ['a'] })
    expect(await hands.states()).toEqual(['a cancelled', 'c none'])
    await hands.cancel({ tasks: ['c'] })
    expect((await site.run(id))?.state).toBe('failed')
    expect(worker.jobs).toHaveLength(2)
  })

  it('is repeated until it is heard: when Redis forgets it, and when Redis was away', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: () => null })
    const id = await site.dag(dag('forgotten', ['a: {}']))
    await site.trigger(id)
    const job = await until(() => worker.jobs[0])
    await until(async () => (await site.tasks(id))['a']?.state === 'starting')
    const runKey = (await site.run(id))?.run_key as number
    await cancelRuns(site.database, { redisUrl: 'redis://127.0.0.1:1', redisPrefix: 'longshore' }, [runKey], { by: 'ann' })
    await until(async () => await worker.renew(idOf(job)) === 'cancel')
    const redis = openRedis(commandOptions(site.redis.url))
    await redis.flushall()
    expect(await redis.get(queueKeys('longshore', 'default').mark(idOf(job)))).toBeNull()
    await until(async () => await worker.renew(idOf(job)) === 'cancel')
    redis.disconnect()
    await stopped(worker, job)
    expect((await site.ended(id)).state).toBe('cancelled')
  })

  it('while Redis is away takes back what no worker has, as soon as Redis is there', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('nobody', ['a: { queue: nowhere }']))
    await site.trigger(id)
    await until(async () => (await site.tasks(id))['a']?.state === 'queued')
    await cancelRuns(site.database, { redisUrl: '', redisPrefix: 'longshore' }, [(await site.run(id))?.run_key as number], { by: 'ann' })
    const { state, tasks } = await site.ended(id)
    expect([state, tasks['a']?.state, tasks['a']?.reason]).toEqual(['cancelled', 'cancelled', 'cancelled by ann'])
  })

  it('races with the end of tasks under four schedulers: whatever commits first stands, and every run ends', async () => {
    const site = await Installation.create(dialect)
    await Promise.all([site.scheduler(), site.scheduler(), site.scheduler(), site.scheduler()])
    const worker = site.worker({ answer: async () => { await new Promise(resolve => setTimeout(resolve, Math.random() * 30)); return {} } })
    const id = await site.dag(dag('race', ['a: {}', 'b: { after: [a] }', 'c: { after: [b] }', 'd: { after: [b] }'], ['maxActiveRuns: 50', 'maxActiveTasks: 50']))
    const names = Array.from({ length: 12 }, (_, i) => `run${i}`)
    for (const name of names) await site.trigger(id, name)
    await Promise.all(names.map(async (name, i) => {
      await until(() => worker.jobs.some(job => job.run === name && job.task === (['a', 'b', 'c'] as const)[i % 3]))
      await cancelRuns(site.database, site.config(), [(await site.run(id, name))?.run_key as number], { by: 'ann' })
    }))
    for (const name of names) {
      const { state, tasks } = await site.ended(id, name)
      const states = Object.values(tasks).map(task => task.state)
      if (state === 'success') expect(states).toEqual(['success', 'success', 'success', 'success'])
      else expect([state, ...states.filter(one => one !== 'success' && one !== 'cancelled')]).toEqual(['cancelled'])
      expect(Object.values(tasks).every(({ fence, wanted }) => fence <= 1 && wanted === null)).toBe(true)
    }
    await expectTalliesToHold(site.database)
  })
})
