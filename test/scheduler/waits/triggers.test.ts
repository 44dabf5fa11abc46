import { describe, expect, it } from 'vitest'
import { listRuns } from '../../../shared/database/tables/dag-runs.js'
import type { TaskInstanceRow } from '../../../shared/database/tables/task-instances.js'
import { wakeSchedulers } from '../../../shared/operations/wake-schedulers.js'
import { until } from '../../harness/wait.js'
import { DIALECTS, Installation } from '../installation.js'
import { dag, instance, runOf, waiting } from './stage.js'

describe.each(DIALECTS)('a trigger on %s', dialect => {
  const started = (site: Installation, target: string, source: TaskInstanceRow | undefined, number: number) => until(() => site.run(target, `triggered__${source?.ti_id ?? 0}.${number}`), { describe: `run ${number} of ${target}` })

  it('starts one run with its params and is done', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker()
    const target = await site.dag(dag('target', ['a: { image: none, env: { N: "{{ params.n }}", DAY: "{{ params.day }}" } }'], ['params: { n: { type: integer }, day: { type: string } }', 'deadline: 1h']))
    const id = await site.dag(dag('source', ['t: { trigger: { dag: target, params: { n: "{{ params.count }}", day: "{{ ds }}" } } }'], ['params: { count: { type: integer, default: 3 } }']))
    await runOf(site, id, 'r', { params: { count: 3 } })
    const { state, tasks } = await site.ended(id, 'r')
    expect(state).toBe('success')
    const run = await started(site, target, tasks['t'], 1)
    expect(run).toMatchObject({ type: 'manual', reason: 'triggered by source/r/t', params: '{"n":3,"day":"2026-01-02"}' })
    expect(run.deadline_at).toBe(run.due_at + 3_600_000)
    expect((await site.ended(target, run.run_id)).state).toBe('success')
    expect(worker.jobs.map(({ env }) => [env['N'], env['DAY']])).toEqual([['3', '2026-01-02']])
  })

  it('with wait ends as its run does, a moment after it', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let finish = (): void => {}
    const gate = new Promise<void>(resolve => { finish = resolve })
    site.worker({ answer: async () => { await gate; return {} } })
    const target = await site.dag(dag('target', ['a: { image: none }']))
    const id = await site.dag(dag('source', ['t: { trigger: { dag: target, wait: true } }']))
    await site.trigger(id)
    const row = await waiting(site, id, 't', `run triggered__${(await until(() => instance(site, id, 't'))).ti_id}.1 of DAG 'target' is running`)
    await until(async () => ((await instance(site, id, 't'))?.due_at ?? 0) > Date.now() + 20_000)
    finish()
    const { tasks } = await site.ended(target, `triggered__${row.ti_id}.1`)
    const ended = (await site.ended(id, 'manual', { timeout: 5_000 })).tasks['t']
    expect(ended?.state).toBe('success')
    expect((ended?.ended_at ?? 0) - (tasks['a']?.ended_at ?? 0)).toBeLessThan(10_000)
  })

  it('starts a new run for each try, and fails when they are used up', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: () => ({ exitCode: 1 }) })
    const target = await site.dag(dag('target', ['a: { image: none }']))
    const id = await site.dag(dag('source', ['t: { trigger: { dag: target, wait: true }, retries: 1, retryDelay: 10ms }']))
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('failed')
    expect(tasks['t']).toMatchObject({ state: 'failed', try_number: 2, reason: `run triggered__${tasks['t']?.ti_id ?? 0}.2 of DAG 'target' is failed` })
    expect(await started(site, target, tasks['t'], 1)).toMatchObject({ state: 'failed' })
    expect(worker.jobs).toHaveLength(2)
  })

  it('says what is wrong with its params, and uses its tries for that too', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const target = await site.dag(dag('target', ['a: { image: none }'], ['params: { n: { type: integer } }']))
    const id = await site.dag(dag('source', ['t: { trigger: { dag: target, params: { n: many } }, retries: 1, retryDelay: 10ms }', 'none: { trigger: { dag: target } }']))
    await site.trigger(id)
    const { tasks } = await site.ended(id)
    expect(tasks['t']).toMatchObject({ state: 'failed', try_number: 2, reason: "LS_PARAMS_INVALID: param 'n' must be of type integer, not 'many'" })
    expect(tasks['none']).toMatchObject({ state: 'failed', reason: "LS_PARAMS_INVALID: param 'n' is required" })
    expect(await site.run(target, `triggered__${tasks['t']?.ti_id ?? 0}.1`)).toBeUndefined()
  })

  it('can be mapped, and start runs of its own DAG', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const target = await site.dag(dag('self', ['t: { trigger: { dag: self, params: { left: [] } }, map: params.left }'], ['params: { left: { type: array, default: [1, 2, 3] } }']))
    await runOf(site, target, 'r', { params: { left: [1, 2, 3] } })
    expect((await site.ended(target, 'r')).state).toBe('success')
    await until(async () => (await listRuns(site.database, { dagId: target, limit: 10 })).filter(run => run.state === 'success').length === 4)
  })
})

it('four schedulers start one run for each of many triggers', async () => {
  const site = await Installation.create('mysql')
  for (let i = 0; i < 4; i += 1) await site.scheduler()
  const target = await site.dag(dag('target', ['a: { kind: empty }'], ['maxActiveRuns: 100']))
  const all = Array.from({ length: 30 }, (_, i) => i)
  const id = await site.dag(dag('source', ['t: { trigger: { dag: target, wait: true }, map: params.all }'], [`params: { all: { type: array, default: [${all.join(', ')}] } }`]))
  await runOf(site, id, 'r', { params: { all } })
  const config = site.config()
  // Told again and again, so that all four look at the same instances in the same moment.
  await until(async () => { await wakeSchedulers(config); return (await site.run(id, 'r'))?.state === 'success' }, { timeout: 50_000 })
  expect(await listRuns(site.database, { dagId: target, limit: 1_000 })).toHaveLength(30)
}, 60_000)
