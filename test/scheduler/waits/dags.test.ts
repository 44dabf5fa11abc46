import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findDag } from '../../../shared/database/tables/dags.js'
import { until } from '../../harness/wait.js'
import { DIALECTS, Installation } from '../installation.js'
import { dag, DATE, DAY, instance, runOf, waiting } from './stage.js'

describe.each(DIALECTS)('a wait for another DAG on %s', dialect => {
  it('follows the end of its run at once, however long the poke interval', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let finish = (): void => {}
    const gate = new Promise<void>(resolve => { finish = resolve })
    site.worker({ answer: async () => { await gate; return {} } })
    const up = await site.dag(dag('up', ['a: { image: none }']))
    const down = await site.dag(dag('down', ['w: { wait: { dag: up }, pokeInterval: 1h }']))
    await runOf(site, up, 'u')
    await runOf(site, down, 'd')
    await waiting(site, down, 'w', 'run u of DAG', 'd')
    // Its second look is past: only the news of the end can wake it now.
    await until(async () => ((await instance(site, down, 'w', 'd'))?.due_at ?? 0) > Date.now() + 60_000)
    finish()
    const { tasks } = await site.ended(up, 'u')
    const ended = (await site.ended(down, 'd', { timeout: 5_000 })).tasks['w']
    expect(ended).toMatchObject({ state: 'success', reason: "run u of DAG 'up' is success" })
    expect((ended?.ended_at ?? 0) - (tasks['a']?.ended_at ?? 0)).toBeLessThan(10_000)
  })

  it('follows one task of it while its run goes on', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let finish = (): void => {}
    const gate = new Promise<void>(resolve => { finish = resolve })
    site.worker({ answer: async job => { if (job.task === 'b') return null; await gate; return {} } })
    const up = await site.dag(dag('up', ['a: { image: none }', 'b: { image: none }']))
    const down = await site.dag(dag('down', ['w: { wait: { dag: up, task: a }, pokeInterval: 1h }']))
    await runOf(site, down, 'd')
    await waiting(site, down, 'w', "DAG 'up' has no run with the logical date 2026-01-02T00:00:00.000Z", 'd')
    await runOf(site, up, 'u')
    await waiting(site, down, 'w', "'a' is", 'd')
    await until(async () => ((await instance(site, down, 'w', 'd'))?.due_at ?? 0) > Date.now() + 60_000)
    finish()
    expect((await site.ended(down, 'd', { timeout: 5_000 })).tasks['w']).toMatchObject({ state: 'success', reason: "task 'a' came through in run u of DAG 'up'" })
    expect((await site.run(up, 'u'))?.state).toBe('running')
  })

  it('looks at the run of an earlier date with an offset, and not at the others', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: job => (job.run === 'before' ? {} : null) })
    const up = await site.dag(dag('up', ['a: { image: none }']))
    const down = await site.dag(dag('down', ['w: { wait: { dag: up, offset: 1d } }', 'same: { wait: { dag: up }, timeout: 3s }']))
    await runOf(site, up, 'before', { date: DATE - DAY })
    await runOf(site, up, 'same')
    await runOf(site, down, 'd')
    const { tasks } = await site.ended(down, 'd')
    expect(tasks['w']).toMatchObject({ state: 'success', reason: "run before of DAG 'up' is success" })
    expect(tasks['same']).toMatchObject({ state: 'failed', reason: "waited longer than its timeout of 3s: run same of DAG 'up' is running; it must be success" })
  })

  it('says that its DAG is gone, and goes on when it is back', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker()
    const up = await site.dag(dag('up', ['a: { image: none }']))
    const down = await site.dag(dag('down', ['w: { wait: { dag: up }, pokeInterval: 1s }']))
    rmSync(join(site.dags, 'up.yaml'))
    await until(async () => (await findDag(site.database, up))?.is_active === 0)
    await runOf(site, down, 'd')
    await waiting(site, down, 'w', 'the DAG is in no DAG file any more, it was in up.yaml', 'd')
    await site.dag(dag('up', ['b: { image: none }']))
    await runOf(site, up, 'u')
    expect((await site.ended(down, 'd')).state).toBe('success')
  })
})
