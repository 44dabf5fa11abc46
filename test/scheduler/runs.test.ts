import { describe, expect, it } from 'vitest'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { readVersion } from '../../shared/database/tables/dag-versions.js'
import { findDag } from '../../shared/database/tables/dags.js'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from './installation.js'

const task = (id: string, more = ''): string => `  ${id}: { image: none, ${more} }`
const dag = (id: string, head: readonly string[], tasks: readonly string[]): string => [`dag: ${id}`, ...head, 'tasks:', ...tasks, ''].join('\n')

describe.each(DIALECTS)('a run on %s', dialect => {
  it('goes through its tasks in order and ends in success', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker()
    const id = await site.dag(dag('chain', ['schedule: null'], [task('a'), task('b', 'after: [a]'), task('c', 'after: [b]')]))
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(worker.jobs.map(job => job.task)).toEqual(['a', 'b', 'c'])
    expect(tasks['a']).toMatchObject({ state: 'success', fence: 1, try_number: 1 })
  })

  it('retries a failed task with a new fence and ends in success', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => ({ exitCode: job.tryNumber < 3 ? 1 : 0 }) })
    const id = await site.dag(dag('retry', ['schedule: null'], [task('a', 'retries: 2, retryDelay: 50ms')]))
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(worker.jobs.map(job => job.env['LONGSHORE_FENCE'])).toEqual(['1', '2', '3'])
    expect((await site.attempts(tasks['a'])).map(attempt => attempt.exit_code)).toEqual([1, 1, 0])
  })

  it('fails when its tries are used up, and what depends on it is upstream_failed', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: job => ({ exitCode: job.task === 'a' ? 3 : 0 }) })
    const id = await site.dag(dag('fails', ['schedule: null'], [task('a', 'retries: 1, retryDelay: 10ms'), task('b', 'after: [a]'), task('c', 'after: [b]'), task('d')]))
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('failed')
    expect(tasks['a']).toMatchObject({ state: 'failed', reason: 'exit code 3', try_number: 2 })
    expect(tasks['b']?.state).toBe('upstream_failed')
    expect(tasks['c']?.state).toBe('upstream_failed')
    expect(tasks['d']?.state).toBe('success')
  })

  it('carries a failure to the end of a long chain', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: () => ({ exitCode: 65 }) })
    const id = await site.dag(dag('long', ['schedule: null'], Array.from({ length: 40 }, (_, i) => task(`t${i}`, i === 0 ? '' : `after: [t${i - 1}]`))))
    await site.trigger(id)
    const { tasks } = await site.ended(id)
    expect(Object.values(tasks).map(t => t.state)).toEqual(['failed', ...Array<string>(39).fill('upstream_failed')])
  })

  it('skips by exit code, and what needs the skipped task is skipped too', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: job => ({ exitCode: job.task === 'a' ? 99 : 0 }) })
    const id = await site.dag(dag('skips', ['schedule: null'], [task('a'), task('b', 'after: [a]'), task('c', 'after: [b], triggerRule: all_done')]))
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect([tasks['a']?.state, tasks['b']?.state, tasks['c']?.state]).toEqual(['skipped', 'skipped', 'success'])
  })

  it('asks again later, without using a try, when a task answers "not yet"', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let polls = 0
    const worker = site.worker({ answer: () => ({ exitCode: (polls += 1) < 3 ? 75 : 0 }) })
    const id = await site.dag(dag('waits', ['schedule: null'], [task('a', 'pokeInterval: 1s')]))
    await site.trigger(id)
    const { tasks } = await site.ended(id)
    expect(worker.jobs.map(job => job.tryNumber)).toEqual([1, 1, 1])
    expect(tasks['a']).toMatchObject({ state: 'success', try_number: 1, fence: 3 })
  })

  it('of 1,200 tasks starts and holds up no other', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler({ parallelism: 2_000, dispatchBatch: 2_000 })
    const worker = site.worker()
    const wide = await site.dag(dag('wide', ['schedule: null', 'maxActiveTasks: 2000'], Array.from({ length: 1_200 }, (_, i) => task(`t${i}`))))
    const other = await site.dag(dag('other', ['schedule: null'], [task('a')]))
    await site.trigger(wide)
    await site.trigger(other)
    expect((await site.ended(other, 'manual', { timeout: 60_000 })).state).toBe('success')
    expect((await site.ended(wide, 'manual', { timeout: 60_000 })).state).toBe('success')
    expect(worker.jobs).toHaveLength(1_201)
  }, 90_000)

  it('that cannot be created holds up no other', async () => {
    const site = await Installation.create(dialect)
    const first = await site.scheduler()
    const worker = site.worker()
    const bad = await site.dag(dag('bad', ['schedule: 1s'], [task('a')]))
    await until(() => worker.jobs.some(job => job.dag === bad))
    await first.stop()
    const row = await findDag(site.database, bad)
    const version = await readVersion(site.database, row?.version_key ?? 0)
    await site.database.transact('corrupt', ({ query }) => query('dag_versions').where({ version_key: row?.version_key }).update({ spec: JSON.stringify({ ...version?.spec, timezone: 'Nowhere/At_All', schedule: { kind: 'cron', expressions: ['* * * * *'] } }) }))
    await site.scheduler()
    const good = await site.dag(dag('good', ['schedule: 1s'], [task('a')]))
    await until(() => worker.jobs.filter(job => job.dag === good).length >= 2, { timeout: 10_000 })
  })

  it('hands a result to the templates downstream', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => (job.task === 'list' ? { result: '{"rows": 42}' } : {}) })
    const id = await site.dag(dag('results', ['schedule: null'], [task('list', 'result: true'), task('use', 'after: [list], command: ["echo", "{{ results.list.rows }}"]')]))
    await site.trigger(id)
    await site.ended(id)
    expect(worker.jobs[1]?.command).toEqual(['echo', '42'])
  })

  it('fails a task whose template cannot be rendered, and says which', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: () => ({ result: '{"rows": 42}' }) })
    const id = await site.dag(dag('template', ['schedule: null'], [task('list', 'result: true'), task('use', 'after: [list], command: ["echo", "{{ results.list.nope }}"]'), task('end', 'after: [use]')]))
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('failed')
    expect(tasks['use']?.state).toBe('failed')
    expect(tasks['use']?.reason).toContain('nope')
    expect(tasks['end']?.state).toBe('upstream_failed')
  })

  it('of a schedule starts by itself at its due time, once per logical date', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker()
    const id = await site.dag(dag('often', ['schedule: 1s', 'catchup: false'], [task('a')]))
    await until(() => worker.jobs.length >= 3, { timeout: 20_000 })
    const dates = worker.jobs.map(job => job.env['LONGSHORE_LOGICAL_DATE'])
    expect(new Set(dates).size).toBe(dates.length)
    const run = await site.run(id, worker.jobs[2]?.run)
    expect((run?.started_at ?? 0) - (run?.due_at ?? 0)).toBeLessThan(4_500)
  })

  it('counts an upstream task that ends in the same moment as what depends on it', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => (job.task === 'quick' ? {} : null) })
    const id = await site.dag(dag('together', ['schedule: null'], [task('quick'), task('slow'), task('either', 'after: [quick, slow], triggerRule: one_success'), task('last', 'after: [slow, either]')]))
    await site.trigger(id)
    await until(() => worker.jobs.some(job => job.task === 'either') && worker.jobs.some(job => job.task === 'slow'))
    const attempts = worker.jobs.filter(job => job.task !== 'quick').map(job => job.attempt as AttemptId)
    await Promise.all(attempts.map(attempt => worker.report(worker.event(attempt))))
    await until(() => worker.jobs.some(job => job.task === 'last'))
    await worker.report(worker.event(worker.jobs.find(job => job.task === 'last')?.attempt as AttemptId))
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('success')
    expect(tasks['either']).toMatchObject({ state: 'success', up_success: 2 })
    expect(tasks['last']).toMatchObject({ state: 'success', up_success: 2 })
  })

  it('stays on its version when the DAG changes under it', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let open = (): void => {}
    const gate = new Promise<void>(resolve => { open = resolve })
    const worker = site.worker({ answer: async job => { if (job.task === 'a') await gate; return {} } })
    const id = await site.dag(dag('pinned', ['schedule: null'], [task('a'), task('b', 'after: [a], command: [old]')]))
    await site.trigger(id)
    await until(() => worker.jobs.length === 1)
    await site.dag(dag('pinned', ['schedule: null'], [task('a'), task('b', 'after: [a], command: [new]')]))
    open()
    await site.ended(id)
    expect(worker.jobs[1]?.command).toEqual(['old'])
    await site.trigger(id, 'second')
    await site.ended(id, 'second')
    expect(worker.jobs.find(job => job.run === 'second' && job.task === 'b')?.command).toEqual(['new'])
  })
})
