import { describe, expect, it } from 'vitest'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from '../scheduler/installation.js'
import { expectTalliesToHold } from '../scheduler/tallies.js'
import { Hands } from './hands.js'

const dag = (id: string, tasks: readonly string[], head: readonly string[] = []): string =>
  [`dag: ${id}`, 'schedule: null', ...head, 'defaults: { image: none }', 'tasks:', ...tasks.map(line => `  ${line}`), ''].join('\n')

describe.each(DIALECTS)('marking on %s', dialect => {
  it('a failed task a success lets what failed because of it run, and says who', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: job => ({ exitCode: job.task === 'b' ? 65 : 0 }) })
    const id = await site.dag(dag('mend', ['a: {}', 'b: { after: [a] }', 'c: { after: [b] }', 'd: { after: [c] }', 'e: { after: [a] }']))
    const hands = new Hands(site, id)
    await site.trigger(id)
    expect((await site.ended(id)).state).toBe('failed')
    const { tasks: touched } = await hands.mark('success', { tasks: ['b'] })
    expect(touched.map(({ task, effect }) => `${task} ${effect}`)).toEqual(['b marked success', 'c cleared', 'd cleared'])
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(tasks).toMatchObject({ b: { state: 'success', fence: 1, reason: 'marked success by ann' }, c: { state: 'success' }, d: { state: 'success' }, e: { fence: 1 } })
    await expectTalliesToHold(site.database)
  })

  it('a leaf ends the run anew in the same transaction', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker()
    const id = await site.dag(dag('leaf', ['a: {}', 'b: { after: [a] }']))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await site.ended(id)
    await hands.mark('failed', { tasks: ['b'] })
    expect(await site.run(id)).toMatchObject({ state: 'failed', ended_at: expect.any(Number) as number })
    await hands.mark('success', { tasks: ['b'] })
    expect((await site.run(id))?.state).toBe('success')
    expect((await hands.mark('success', { tasks: ['b'] })).runs).toEqual([])
  })

  it('what has not started is decided upon downstream at once', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => (job.task === 'a' ? null : {}) })
    const id = await site.dag(dag('early', ['a: {}', 'b: { after: [a] }', 'c: { after: [b] }', 'f: { after: [a] }', 'g: { after: [f] }']))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await until(async () => worker.jobs.length === 1 && (await site.tasks(id))['a']?.state === 'starting')
    await hands.mark('success', { tasks: ['b'] })
    await until(async () => (await site.tasks(id))['c']?.state === 'success')
    await hands.mark('failed', { tasks: ['f'] })
    expect(await site.tasks(id)).toMatchObject({ b: { state: 'success', fence: 0 }, f: { state: 'failed' }, g: { state: 'upstream_failed' } })
    await expectTalliesToHold(site.database)
  })

  it('what waits for a retry ends the wait', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: job => ({ exitCode: job.task === 'a' ? 1 : 0 }) })
    const id = await site.dag(dag('waits', ['a: { retries: 3, retryDelay: 1h }', 'b: { after: [a] }']))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await until(async () => (await site.tasks(id))['a']?.state === 'up_for_retry')
    await hands.mark('success', { tasks: ['a'] })
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(tasks['a']).toMatchObject({ due_at: null, fence: 1 })
  })

  it('what is active needs force; then its end, however it comes, is what was marked', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => (job.task === 'a' ? null : {}) })
    const id = await site.dag(dag('busy', ['a: { retries: 5 }', 'b: { after: [a] }']))
    const hands = new Hands(site, id)
    await site.trigger(id)
    const job = await until(() => worker.jobs[0])
    await until(async () => (await site.tasks(id))['a']?.state === 'starting')
    await expect(hands.mark('success', { tasks: ['a'] })).rejects.toMatchObject({ code: 'LS_STILL_RUNNING' })
    await hands.mark('success', { tasks: ['a'], force: true })
    expect(await worker.renew(job.attempt as `${number}.${number}`)).toBe('cancel')
    await worker.report(worker.event(job.attempt as `${number}.${number}`, { exitCode: 1 }))
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(tasks).toMatchObject({ a: { state: 'success', reason: 'marked success by ann', fence: 1 }, b: { state: 'success' } })
  })

  it('a branch a success by hand has everything follow', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: job => (job.task === 'pick' ? { exitCode: 65 } : {}) })
    const id = await site.dag(dag('branch', ['pick: { branch: true, result: true }', 'left: { after: [pick] }', 'right: { after: [pick] }']))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await site.ended(id)
    await hands.mark('success', { tasks: ['pick'] })
    expect((await site.ended(id)).tasks).toMatchObject({ left: { state: 'success' }, right: { state: 'success' } })
  })
})
