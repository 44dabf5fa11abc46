import { describe, expect, it } from 'vitest'
import { attemptsOfTaskInstance } from '../../shared/database/tables/attempts.js'
import { insertRuns, type RunListRow } from '../../shared/database/tables/dag-runs.js'
import { insertTaskInstances, type TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { lasting, until } from '../harness/wait.js'
import { DIALECTS, Installation } from '../scheduler/installation.js'
import { expectTalliesToHold } from '../scheduler/tallies.js'
import { Hands } from './hands.js'

const dag = (id: string, tasks: readonly string[], head: readonly string[] = []): string =>
  [`dag: ${id}`, 'schedule: null', ...head, 'defaults: { image: none }', 'tasks:', ...tasks.map(line => `  ${line}`), ''].join('\n')

const DIAMOND = ['a: {}', 'b: { after: [a] }', 'c: { after: [a] }', 'd: { after: [b, c] }']

/** Waits until the run has ended again, after the operation that opened it. */
const endedAgain = async (site: Installation, id: string, run = 'manual') => {
  const ended = await site.ended(id, run)
  await expectTalliesToHold(site.database)
  return ended
}

describe.each(DIALECTS)('clearing on %s', dialect => {
  it('runs a task and what is downstream of it again; earlier attempts stay, and it says who', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker()
    const id = await site.dag(dag('again', DIAMOND))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await site.ended(id)
    const performed = await hands.clear({ tasks: ['b'], downstream: true })
    expect(performed.tasks.map(({ task, effect }) => `${task} ${effect}`)).toEqual(['b cleared', 'd cleared'])
    expect((await site.run(id))?.reason).toBe('cleared by ann')
    const { state, tasks } = await endedAgain(site, id)
    expect(state).toBe('success')
    expect([tasks['a']?.fence, tasks['b']?.fence, tasks['c']?.fence, tasks['d']?.fence]).toEqual([1, 2, 1, 2])
    expect((await site.attempts(tasks['b'])).map(attempt => [attempt.fence, attempt.state, attempt.try_number])).toEqual([[1, 'finished', 1], [2, 'finished', 1]])
    expect(worker.jobs.map(job => job.task).filter(task => task === 'd')).toHaveLength(2)
  })

  it('of what failed gives all tries again, and leaves what succeeded', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let isBroken = true
    const worker = site.worker({ answer: job => ({ exitCode: job.task === 'b' && isBroken ? 1 : 0 }) })
    const id = await site.dag(dag('failed', ['a: {}', 'b: { after: [a], retries: 1, retryDelay: 10ms }', 'c: { after: [b] }', 'd: { after: [a] }']))
    const hands = new Hands(site, id)
    await site.trigger(id)
    expect((await site.ended(id)).state).toBe('failed')
    isBroken = false
    const { tasks: touched } = await hands.clear({ failed: true })
    expect(touched.map(({ task, state }) => `${task} ${state}`)).toEqual(['b failed', 'c upstream_failed'])
    const { state, tasks } = await endedAgain(site, id)
    expect(state).toBe('success')
    expect(tasks['b']).toMatchObject({ try_number: 1, fence: 3 })
    expect(worker.jobs.filter(job => job.task === 'a' || job.task === 'd')).toHaveLength(2)
  })

  it('keeps what is not cleared downstream as it is, and decides by its new end what is', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let code = 0
    site.worker({ answer: job => ({ exitCode: job.task === 'a' ? code : 0 }) })
    const id = await site.dag(dag('upper', DIAMOND))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await site.ended(id)
    code = 65
    await hands.clear({ tasks: ['a'] })
    expect((await endedAgain(site, id)).tasks).toMatchObject({ a: { state: 'failed' }, b: { state: 'success' }, d: { state: 'success' } })
  })

  it('refuses what is active, names it and changes nothing; with force its worker is told, and it runs again', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => (job.task === 'b' && job.attempt.endsWith('.1') ? null : {}) })
    const id = await site.dag(dag('active', DIAMOND))
    const hands = new Hands(site, id)
    await site.trigger(id)
    const job = await until(() => worker.jobs.find(({ task }) => task === 'b'))
    await until(async () => (await site.tasks(id))['c']?.state === 'success' && (await site.tasks(id))['b']?.state === 'starting')
    await expect(hands.clear()).rejects.toMatchObject({ code: 'LS_STILL_RUNNING', message: expect.stringContaining('b (starting)') as string })
    expect((await site.tasks(id))['a']?.state).toBe('success')
    await hands.clear({ force: true })
    expect((await site.tasks(id))['b']).toMatchObject({ state: 'starting', wanted: 'cleared', reason: 'cleared by ann' })
    expect(await worker.renew(job.attempt as `${number}.${number}`)).toBe('cancel')
    await until(async () => (await site.tasks(id))['a']?.state === 'success')
    expect((await site.tasks(id))['b']?.fence).toBe(1)
    await worker.report(worker.event(job.attempt as `${number}.${number}`, { reason: 'cancelled', exitCode: null }))
    const { state, tasks } = await endedAgain(site, id)
    expect(state).toBe('success')
    expect(tasks).toMatchObject({ a: { fence: 2 }, b: { fence: 2, wanted: null }, c: { fence: 2 }, d: { fence: 1 } })
  })

  it('takes back at once what no worker has claimed', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('unclaimed', ['a: {}']))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await until(async () => (await site.tasks(id))['a']?.state === 'queued')
    expect((await hands.clear({ force: true })).tasks).toMatchObject([{ task: 'a', atOnce: true }])
    await until(async () => (await site.tasks(id))['a']?.fence === 2)
    const worker = site.worker()
    expect((await endedAgain(site, id)).state).toBe('success')
    expect(worker.jobs).toHaveLength(1)
    expect((await site.attempts((await site.tasks(id))['a'])).map(({ state, detail }) => [state, detail])).toEqual([['lost', 'cleared by ann'], ['finished', null]])
  })

  it('starts no more of a past range at once than maxActiveRuns', async () => {
    const site = await Installation.create(dialect)
    await Promise.all([site.scheduler(), site.scheduler(), site.scheduler(), site.scheduler()])
    const running = new Set<string>()
    let most = 0
    site.worker({ answer: async job => { running.add(job.run); most = Math.max(most, running.size); await lasting(20); running.delete(job.run); return {} } })
    const id = await site.dag(dag('range', ['a: {}'], ['maxActiveRuns: 2']))
    const hands = new Hands(site, id)
    const names = Array.from({ length: 8 }, (_, i) => `run${i}`)
    for (const name of names) await site.trigger(id, name)
    for (const name of names) await site.ended(id, name)
    const dates = await Promise.all(names.map(async name => (await site.run(id, name))?.logical_date as number))
    const { runs } = await hands.clear({ runs: { kind: 'dates', from: dates[1] as number, to: dates[6] as number } })
    expect(runs).toEqual(names.slice(1, 7))
    for (const name of names) expect((await endedAgain(site, id, name)).state).toBe('success')
    expect(most).toBeLessThanOrEqual(2)
    expect((await site.tasks(id, 'run0'))['a']?.fence).toBe(1)
    expect((await site.tasks(id, 'run3'))['a']?.fence).toBe(2)
  })

  it('keeps the choices of branches and short circuits that are not cleared', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker({ answer: job => (job.task === 'pick' ? { result: '"left"' } : job.task === 'gate' ? { exitCode: 77 } : {}) })
    const id = await site.dag(dag('gates', [
      'pick: { branch: true, result: true }', 'left: { after: [pick] }', 'right: { after: [pick] }', 'gate: { shortCircuit: true, skipExitCodes: [77] }', 'behind: { after: [gate], triggerRule: all_done }',
    ]))
    const hands = new Hands(site, id)
    await site.trigger(id)
    const first = await site.ended(id)
    expect(first.tasks).toMatchObject({ left: { state: 'success' }, right: { state: 'skipped' }, behind: { state: 'skipped' } })
    await hands.clear({ tasks: ['left', 'right', 'behind'] })
    expect((await endedAgain(site, id)).tasks).toMatchObject({ left: { state: 'success', fence: 2 }, right: { state: 'skipped', fence: 0 }, behind: { state: 'skipped', fence: 0 } })
  })

  it('moves a run to the newest version: new tasks come, old ones stay, what is cleared follows it', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker()
    const id = await site.dag(dag('moved', ['a: {}', 'old: { after: [a] }', 'end: { after: [old] }']))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await site.ended(id)
    await site.dag(dag('moved', ['a: { command: [newer], priorityWeight: 7 }', 'fresh: { after: [a] }', 'end: { after: [fresh] }']))
    const { tasks: touched } = await hands.clear({ tasks: ['a'], latest: true })
    expect(touched.map(({ task, effect }) => `${task} ${effect}`)).toEqual(['a cleared', 'fresh added'])
    const { state, tasks } = await endedAgain(site, id)
    expect(state).toBe('success')
    expect(tasks).toMatchObject({ a: { fence: 2 }, old: { fence: 1, state: 'success' }, fresh: { fence: 1, state: 'success' }, end: { fence: 1 } })
    expect(worker.jobs.filter(({ task }) => task === 'a').map(({ command }) => command)).toEqual([null, ['newer']])
  })

  it('refuses as a whole what is unknown, and does nothing where there is nothing to do', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker()
    const id = await site.dag(dag('refused', ['a: {}', 'group.b: {}']))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await site.ended(id)
    await expect(hands.clear({ tasks: ['x'] })).rejects.toMatchObject({ code: 'LS_TASK_NOT_FOUND' })
    await expect(hands.clear({ runs: { kind: 'named', runs: ['manual', 'manaul'] } })).rejects.toMatchObject({ code: 'LS_RUN_NOT_FOUND', message: expect.stringContaining("'manual'") as string })
    expect((await hands.clear({ failed: true })).runs).toEqual([])
    expect((await site.run(id))?.state).toBe('success')
  })
})

it('refuses what is too much for one transaction, and changes nothing', async () => {
  const site = await Installation.create('sqlite')
  await site.scheduler()
  site.worker()
  const id = await site.dag(dag('large', ['a: {}']))
  const hands = new Hands(site, id)
  await site.trigger(id)
  await site.ended(id)
  await site.database.query('dags').where({ dag_id: id }).update({ is_paused: true })
  const { run_key, dag_key, version_key, logical_date: date } = await site.run(id) as RunListRow
  const [row] = await hands.rows() as [TaskInstanceRow]
  const { task_id, queue, broker_priority, lane_key, up_total } = row
  await insertTaskInstances(site.database, Array.from({ length: 20_000 }, (_, map_index) => ({ run_key, dag_key, task_id, map_index, state: 'success' as const, queue, broker_priority, lane_key, up_total })))
  await expect(hands.clear()).rejects.toMatchObject({ code: 'LS_TOO_MUCH_AT_ONCE', message: expect.stringContaining('20000 task instances') as string })
  expect((await site.run(id))?.state).toBe('success')
  await insertRuns(site.database, Array.from({ length: 5_000 }, (_, i) => ({
    dag_key, version_key, run_id: `more${i}`, type: 'manual' as const, logical_date: date + i, interval_start: date, interval_end: date, scheduled_for: null, params: '{}', due_at: date,
  })))
  await expect(hands.cancelRuns({ runs: { kind: 'dates', from: date, to: null } })).rejects.toMatchObject({ code: 'LS_TOO_MUCH_AT_ONCE', message: expect.stringContaining('5000 runs') as string })
})

describe.each(DIALECTS)('clearing a mapped task on %s', dialect => {
  const MAPPED = ['list: { result: true }', 'load: { map: list, after: [list] }', 'end: { after: [load] }']

  it('runs one instance again on its own item', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => (job.task === 'list' ? { result: '["x","y","z"]' } : {}) })
    const id = await site.dag(dag('one', MAPPED))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await site.ended(id)
    for (const [task, mapIndex] of [['load', 3], ['list', 0]] as const) {
      await expect(hands.clear({ tasks: [task], mapIndex })).rejects.toMatchObject({ code: 'LS_TASK_NOT_FOUND', message: `no instance ${mapIndex} of '${task}' is there` })
    }
    await hands.clear({ tasks: ['load'], mapIndex: 1 })
    expect((await endedAgain(site, id)).state).toBe('success')
    expect(worker.jobs.at(-1)).toMatchObject({ task: 'load', mapIndex: 1, env: { LONGSHORE_ITEM: '"y"' } })
    expect((await hands.rows()).filter(({ task_id }) => task_id === 'load').map(({ fence }) => fence)).toEqual([1, 2, 1])
  })

  it('expands it over the new list: instances without a place stay readable and count for nothing, and come back with theirs', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let list = ['x', 'y', 'z']
    const seen: JobPayload[] = []
    site.worker({ answer: job => { seen.push(job); return job.task === 'list' ? { result: JSON.stringify(list) } : {} } })
    const id = await site.dag(dag('shrunk', MAPPED))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await site.ended(id)
    const ids = (await hands.rows()).filter(({ task_id }) => task_id === 'load').map(({ ti_id }) => ti_id)

    list = ['only']
    await hands.clear()
    expect((await endedAgain(site, id)).state).toBe('success')
    expect(await hands.states()).toEqual(['end success', 'list success', 'load[0] success', 'load[1] removed', 'load[2] removed'])
    expect((await attemptsOfTaskInstance(site.database, ids[2] as number)).map(({ fence, state }) => [fence, state])).toEqual([[1, 'finished']])

    list = ['p', 'q', 'r', 's']
    await hands.clear({ tasks: ['list'], downstream: true })
    expect((await endedAgain(site, id)).state).toBe('success')
    const rows = (await hands.rows()).filter(({ task_id }) => task_id === 'load')
    expect(rows.map(({ map_index, state, fence, is_removed }) => [map_index, state, fence, is_removed])).toEqual([[0, 'success', 3, 0], [1, 'success', 2, 0], [2, 'success', 2, 0], [3, 'success', 1, 0]])
    expect(rows.slice(0, 3).map(({ ti_id }) => ti_id)).toEqual(ids)
    expect(seen.slice(-6).filter(({ task }) => task === 'load').map(({ env }) => env['LONGSHORE_ITEM']).sort()).toEqual(['"p"', '"q"', '"r"', '"s"'])
  })

  it('with force waits for the instance that still runs, and gives it its new item or takes it out', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let list = ['x', 'y', 'z']
    const worker = site.worker({ answer: job => (job.task === 'list' ? { result: JSON.stringify(list) } : job.mapIndex > 0 && job.attempt.endsWith('.1') ? null : {}) })
    const id = await site.dag(dag('forced', MAPPED))
    const hands = new Hands(site, id)
    await site.trigger(id)
    await until(async () => (await hands.states()).join() === 'end none,list success,load[0] success,load[1] starting,load[2] starting')
    const held = worker.jobs.filter(({ task, mapIndex }) => task === 'load' && mapIndex > 0)
    list = ['p', 'q']
    await hands.clear({ force: true })
    await until(async () => (await hands.states()).join() === 'end none,list success,load[0] success,load[1] starting,load[2] starting')
    await expectTalliesToHold(site.database)
    for (const { attempt } of held) await worker.report(worker.event(attempt as `${number}.${number}`, { reason: 'cancelled', exitCode: null }))
    expect((await endedAgain(site, id)).state).toBe('success')
    expect(await hands.states()).toEqual(['end success', 'list success', 'load[0] success', 'load[1] success', 'load[2] removed'])
    expect(worker.jobs.filter(({ task, mapIndex }) => task === 'load' && mapIndex === 1).map(({ env }) => env['LONGSHORE_ITEM'])).toEqual(['"y"', '"q"'])
  })
})
