import { describe, expect, it } from 'vitest'
import { listRuns } from '../../../shared/database/tables/dag-runs.js'
import type { AttemptId } from '../../../shared/protocol/attempt-id.js'
import { until } from '../../harness/wait.js'
import { DIALECTS, Installation } from '../installation.js'
import { dag, DATE, DAY, instance, post, runOf, waiting } from './stage.js'

describe.each(DIALECTS)('waiting on %s', dialect => {
  it('holds no slot: with room for one, what is runnable runs', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler({ parallelism: 1 })
    const worker = site.worker({ answer: job => (job.task === 'poked' ? { exitCode: 75 } : {}) })
    await site.dag(dag('target', ['stuck: { wait: { event: never } }']))
    const id = await site.dag(dag('all', [
      'time: { wait: { until: "2999-01-01" } }', 'event: { wait: { event: never } }', 'start: { trigger: { dag: target, wait: true } }', 'poked: { image: none, pokeInterval: 1h }',
      'run: { image: none }', 'then: { image: none, after: run }',
    ], ['maxActiveTasks: 1']))
    await site.trigger(id)
    await until(async () => (await instance(site, id, 'then'))?.state === 'success')
    expect(worker.jobs.map(job => job.task).sort()).toEqual(['poked', 'run', 'then'])
    for (const task of ['time', 'event', 'start', 'poked']) expect((await instance(site, id, task))?.state).toBe('up_for_reschedule')
  })

  it('goes through three runs in order with dependsOnPast, of tasks that run and of waits', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let finish = (): void => {}
    const gate = new Promise<void>(resolve => { finish = resolve })
    const worker = site.worker({ answer: async job => { if (job.run === 'r1') await gate; return {} } })
    const id = await site.dag(dag('past', ['a: { image: none, dependsOnPast: true }', 'w: { wait: { event: "go:{{ run_id }}" }, dependsOnPast: true, pokeInterval: 1h }']))
    for (const day of [1, 2, 3]) await runOf(site, id, `r${day}`, { date: DATE + day * DAY })
    await waiting(site, id, 'a', "depends on past: 'a' of the run before, r2", 'r3')
    await waiting(site, id, 'w', "depends on past: 'w' of the run before, r1", 'r2')
    await waiting(site, id, 'w', 'waits for the event', 'r1')
    // Two of them wait for the past; their event is none of theirs yet.
    await post(site, 'go:r2')
    expect((await instance(site, id, 'w', 'r2'))?.started_at).toBeNull()
    finish()
    for (const run of ['r1', 'r2', 'r3']) {
      await waiting(site, id, 'w', `waits for the event 'go:${run}'`, run)
      await post(site, `go:${run}`)
      expect((await site.ended(id, run, { timeout: 5_000 })).state).toBe('success')
    }
    expect(worker.jobs.map(job => job.run)).toEqual(['r1', 'r2', 'r3'])
  })

  it('waits for what follows the task in the run before with waitForDownstream', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let finish = (): void => {}
    const gate = new Promise<void>(resolve => { finish = resolve })
    const worker = site.worker({ answer: async job => { if (job.run === 'r1' && job.task === 'b') await gate; return {} } })
    const id = await site.dag(dag('past', ['a: { image: none, waitForDownstream: true }', 'b: { image: none, after: a }']))
    await runOf(site, id, 'r1', { date: DATE })
    await runOf(site, id, 'r2', { date: DATE + DAY })
    await waiting(site, id, 'a', "depends on past: 'b' of the run before, r1", 'r2')
    finish()
    expect((await site.ended(id, 'r2', { timeout: 8_000 })).state).toBe('success')
    expect(worker.jobs.map(job => `${job.run}.${job.task}`)).toEqual(['r1.a', 'r1.b', 'r2.a', 'r2.b'])
  })

  it('goes on under the next scheduler, which doubles nothing', async () => {
    const site = await Installation.create(dialect)
    const first = await site.scheduler()
    const worker = site.worker({ answer: () => null })
    const target = await site.dag(dag('target', ['a: { image: none }']))
    const id = await site.dag(dag('source', ['t: { trigger: { dag: target, wait: true } }', 'w: { wait: { event: ok }, pokeInterval: 1h }', 'h: { wait: { until: "2999-01-01" } }']))
    await site.trigger(id)
    await until(() => worker.jobs.length === 1)
    await waiting(site, id, 'w', 'waits for')
    await first.stop()
    await post(site, 'ok')
    await site.scheduler()
    await until(async () => (await instance(site, id, 'w'))?.state === 'success')
    await worker.report(worker.event(worker.jobs[0]?.attempt as AttemptId))
    await until(async () => (await instance(site, id, 't'))?.state === 'success')
    expect(await listRuns(site.database, { dagId: target, limit: 10 })).toHaveLength(1)
  })

  it('of each instance of a map goes by its own item', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker()
    const id = await site.dag(dag('files', ['w: { wait: { event: "file:{{ item }}" }, map: params.files, pokeInterval: 1h }', 'all: { image: none, after: w, env: { GOT: "{{ results.w | json }}" } }'], ['params: { files: { type: array, default: [a, b] } }']))
    await runOf(site, id, 'r', { params: { files: ['a', 'b'] } })
    await until(async () => (await site.database.query('task_instances').whereIn('wait_key', ['event:file:a', 'event:file:b'])).length === 2)
    await post(site, 'file:b', { payload: '"B"' })
    await post(site, 'file:a', { payload: '"A"' })
    expect((await site.ended(id, 'r')).state).toBe('success')
    expect(worker.jobs[0]?.env['GOT']).toBe('["A","B"]')
  })
})
