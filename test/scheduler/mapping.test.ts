import { describe, expect, it } from 'vitest'
import { findDag } from '../../shared/database/tables/dags.js'
import { findRun } from '../../shared/database/tables/dag-runs.js'
import { taskInstancesOfRun, type TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { triggerRun } from '../../shared/operations/trigger-run.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { lasting } from '../harness/wait.js'
import { DIALECTS, Installation } from './installation.js'

const dag = (id: string, tasks: readonly string[], head: readonly string[] = []): string => [`dag: ${id}`, 'schedule: null', ...head, 'defaults: { image: none }', 'tasks:', ...tasks.map(line => `  ${line}`), ''].join('\n')

async function instances(site: Installation, dagId: string, taskId: string): Promise<TaskInstanceRow[]> {
  const run = await findRun(site.database, (await findDag(site.database, dagId))?.dag_key ?? 0, 'manual')
  return (await taskInstancesOfRun(site.database, run?.run_key ?? 0)).filter(row => row.task_id === taskId).sort((a, b) => a.map_index - b.map_index)
}

const statesOf = async (site: Installation, dagId: string, taskId: string): Promise<string[]> => (await instances(site, dagId, taskId)).map(({ map_index, state }) => `${map_index} ${state}`)
const itemsOf = (jobs: readonly JobPayload[], task: string): unknown[] =>
  jobs.filter(job => job.task === task).sort((a, b) => a.mapIndex - b.mapIndex).map(job => JSON.parse(job.env['LONGSHORE_ITEM'] ?? '"none"') as unknown)

describe.each(DIALECTS)('a mapped task on %s', dialect => {
  it('becomes one instance for each element of a result, each with its item and index in templates and environment', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => (job.task === 'list' ? { result: '[{"city":"Oslo"},{"city":"Bergen"},{"city":"Voss"}]' } : {}) })
    const id = await site.dag(dag('over-result', ['list: { result: true }', 'load: { map: list, command: ["load", "{{ item.city }}", "{{ map_index }}"] }', 'end: { after: [load] }']))
    await site.trigger(id)
    expect((await site.ended(id)).state).toBe('success')
    expect(await statesOf(site, id, 'load')).toEqual(['0 success', '1 success', '2 success'])
    expect(itemsOf(worker.jobs, 'load')).toEqual([{ city: 'Oslo' }, { city: 'Bergen' }, { city: 'Voss' }])
    const jobs = worker.jobs.filter(job => job.task === 'load').sort((a, b) => a.mapIndex - b.mapIndex)
    expect(jobs.map(({ command }) => command)).toEqual([['load', 'Oslo', '0'], ['load', 'Bergen', '1'], ['load', 'Voss', '2']])
    expect(jobs.map(({ env }) => env['LONGSHORE_MAP_INDEX'])).toEqual(['0', '1', '2'])
    expect((await instances(site, id, 'end'))[0]).toMatchObject({ state: 'success', up_total: 3, up_success: 3 })
  })

  it('is expanded at the start of the run when it waits for nothing: over params, a list, and every combination of both', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker()
    const id = await site.dag(dag('roots', [
      'each: { map: params.days, command: ["{{ item }}"] }', 'literal: { map: [a, b] }', 'crossed: { map: { over: { day: params.days, zone: [north, south] } }, command: ["{{ item.day }}-{{ item.zone }}"] }',
    ], ['params: { days: { type: array, default: [] } }']))
    await triggerRun(site.database, { dag: id, params: { days: [1, 2] }, run: 'manual' })
    expect((await site.ended(id)).state).toBe('success')
    expect(itemsOf(worker.jobs, 'each')).toEqual([1, 2])
    expect(itemsOf(worker.jobs, 'literal')).toEqual(['a', 'b'])
    expect(itemsOf(worker.jobs, 'crossed')).toEqual([{ day: 1, zone: 'north' }, { day: 1, zone: 'south' }, { day: 2, zone: 'north' }, { day: 2, zone: 'south' }])
  })

  it('gives the list of its results to what is mapped over it and to templates, in the order of its indices, without those that failed', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({
      answer: async job => {
        if (job.task !== 'square') return {}
        await lasting((3 - job.mapIndex) * 15)
        return job.mapIndex === 1 ? { exitCode: 65 } : { result: String((job.mapIndex + 1) ** 2) }
      },
    })
    const id = await site.dag(dag('map-over-map', [
      'square: { map: [1, 2, 3], result: true }', 'use: { map: square, triggerRule: all_done }', 'sum: { after: [square], triggerRule: all_done, command: ["{{ results.square }}"] }',
    ]))
    await site.trigger(id)
    await site.ended(id)
    expect(itemsOf(worker.jobs, 'use')).toEqual([1, 9])
    expect(worker.jobs.find(job => job.task === 'sum')?.command).toEqual(['[1,9]'])
    expect((await instances(site, id, 'sum'))[0]).toMatchObject({ up_total: 3, up_success: 2, up_failed: 1 })
  })

  it('is skipped for an empty list, and fails with LS_MAP for what is no list, is missing or is longer than its limit', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => ({ result: { empty: '[]', object: '{"a":1}', text: '"abc"', long: '[1,2,3,4]' }[job.task] ?? null }) })
    const id = await site.dag(dag('bad-lists', [
      ...['empty', 'object', 'text', 'long'].map(task => `${task}: { result: true }`),
      'of_empty: { map: empty }', 'of_object: { map: object }', 'of_text: { map: text }', 'of_long: { map: { over: long, limit: 3 } }',
      'of_crossed: { map: { over: { a: long, b: long }, limit: 15 } }', 'after_empty: { after: [of_empty], triggerRule: none_failed }', 'after_object: { after: [of_object] }',
    ]))
    await site.trigger(id)
    const { state, tasks } = await site.ended(id)
    expect(state).toBe('failed')
    expect(tasks['of_empty']).toMatchObject({ state: 'skipped', map_index: -1, reason: 'nothing to map over: the list is empty' })
    expect(tasks['of_object']).toMatchObject({ state: 'failed', map_index: -1, reason: "LS_MAP: cannot map over the result of 'object': it is an object, not a list" })
    expect(tasks['of_text']?.reason).toBe("LS_MAP: cannot map over the result of 'text': it is a string, not a list")
    expect(tasks['of_long']?.reason).toBe("LS_MAP: the result of 'long' has 4 elements; the limit of the map is 3")
    expect(tasks['of_crossed']?.reason).toContain('which make 16 combinations; the limit of the map is 15')
    expect([tasks['after_empty']?.state, tasks['after_object']?.state]).toEqual(['success', 'upstream_failed'])
    expect(worker.jobs.map(({ task }) => task).filter(task => task.startsWith('of_'))).toEqual([])
  })

  it('passes on that its source failed or was skipped, whatever its trigger rule, and does not map over what is not there yet', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: async job => { if (job.task === 'slow') await lasting(100); return { exitCode: { fails: 65, skips: 99 }[job.task] ?? 0, result: '[1]' } } })
    const id = await site.dag(dag('no-source', [
      'fails: { result: true }', 'skips: { result: true }', 'slow: { result: true }', 'quick:',
      'of_failed: { map: fails, triggerRule: all_done }', 'of_skipped: { map: skips, triggerRule: none_failed }', 'too_early: { map: slow, after: [quick], triggerRule: one_success }',
    ]))
    await site.trigger(id)
    const { tasks } = await site.ended(id)
    expect(tasks['of_failed']).toMatchObject({ state: 'upstream_failed', reason: "nothing to map over: 'fails' is failed" })
    expect(tasks['of_skipped']).toMatchObject({ state: 'skipped', reason: "nothing to map over: 'skips' is skipped" })
    expect(tasks['too_early']).toMatchObject({ state: 'failed', reason: "LS_MAP: cannot map over the result of 'slow': it has not ended, and trigger rule one_success does not wait for it" })
  })

  it('counts as all of its instances for the trigger rules downstream', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: job => ({ exitCode: job.task === 'part' ? [0, 65, 99][job.mapIndex] ?? 0 : 0 }) })
    const rules = { all_success: 'upstream_failed', all_failed: 'skipped', all_done: 'success', one_success: 'success', one_failed: 'success', none_failed: 'upstream_failed', none_skipped: 'skipped', all_skipped: 'skipped' }
    const id = await site.dag(dag('partial', [
      'part: { map: [a, b, c] }', ...Object.keys(rules).filter(rule => rule !== 'all_success').map(rule => `${rule}: { after: [part], triggerRule: ${rule} }`), 'second: { after: [part], map: [x, y], triggerRule: all_done }',
    ]))
    await site.trigger(id)
    const { tasks } = await site.ended(id)
    for (const [rule, state] of Object.entries(rules)) if (rule !== 'all_success') expect(tasks[rule], rule).toMatchObject({ state, up_total: 3, up_success: 1, up_failed: 1, up_skipped: 1 })
    expect((await instances(site, id, 'second')).map(row => [row.state, row.up_total, row.up_success, row.up_failed, row.up_skipped].join())).toEqual(['success,3,1,1,1', 'success,3,1,1,1'])
  })

  it('retries single instances, and never runs more of them at once than maxActive', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let running = 0
    let highest = 0
    const worker = site.worker({
      answer: async job => {
        running += 1
        highest = Math.max(highest, running)
        await lasting(10)
        running -= 1
        return { exitCode: job.mapIndex === 4 && job.tryNumber === 1 ? 1 : 0 }
      },
    })
    const id = await site.dag(dag('limited', ['part: { map: { over: [1, 2, 3, 4, 5, 6, 7, 8, 9], maxActive: 2 }, retries: 1, retryDelay: 10ms }']))
    await site.trigger(id)
    expect((await site.ended(id)).state).toBe('success')
    expect(highest).toBe(2)
    expect((await instances(site, id, 'part')).map(row => row.try_number)).toEqual([1, 1, 1, 1, 2, 1, 1, 1, 1])
    expect(worker.jobs).toHaveLength(10)
    expect(new Set(worker.jobs.filter(job => job.mapIndex === 4).map(job => job.env['LONGSHORE_ITEM']))).toEqual(new Set(['5']))
  })

  it('takes a list of 64 KiB', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const list = Array.from({ length: 64 }, (_, i) => `${i}:${'é'.repeat(500)}`)
    const worker = site.worker({ answer: job => (job.task === 'list' ? { result: JSON.stringify(list) } : {}) })
    const id = await site.dag(dag('heavy', ['list: { result: true }', 'use: { map: list }'], ['maxActiveTasks: 100']))
    expect(Buffer.byteLength(JSON.stringify(list))).toBeGreaterThan(64_000)
    await site.trigger(id)
    expect((await site.ended(id)).state).toBe('success')
    expect(itemsOf(worker.jobs, 'use')).toEqual(list)
  })

  it('of 1,000 instances runs each once, with one task that waits for all of them', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler({ parallelism: 500 })
    const worker = site.worker({ answer: job => (job.task === 'list' ? { result: JSON.stringify(Array.from({ length: 1_000 }, (_, i) => i)) } : {}) })
    const id = await site.dag(dag('thousand', ['list: { result: true }', 'part: { map: list }', 'end: { after: [part] }'], ['maxActiveTasks: 500']))
    await site.trigger(id)
    expect((await site.ended(id, 'manual', { timeout: 30_000 })).state).toBe('success')
    expect(itemsOf(worker.jobs, 'part')).toEqual(Array.from({ length: 1_000 }, (_, i) => i))
    expect((await instances(site, id, 'end'))[0]).toMatchObject({ up_total: 1_000, up_success: 1_000 })
  }, 60_000)
})
