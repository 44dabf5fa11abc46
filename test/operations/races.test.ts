import { describe, expect, it } from 'vitest'
import { deleteTaskInstances } from '../../shared/database/tables/reruns.js'
import { findDag } from '../../shared/database/tables/dags.js'
import { insertRuns } from '../../shared/database/tables/dag-runs.js'
import { insertTaskInstances, readByName } from '../../shared/database/tables/task-instances.js'
import { Lanes } from '../../shared/planning/lanes.js'
import { Specs } from '../../shared/planning/specs.js'
import { startRuns } from '../../scheduler/runs/start-runs.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from '../scheduler/installation.js'
import { Hands } from './hands.js'

const dag = (id: string, tasks: readonly string[], head: readonly string[] = []): string =>
  [`dag: ${id}`, 'schedule: null', ...head, 'defaults: { image: none }', 'tasks:', ...tasks.map(line => `  ${line}`), ''].join('\n')

const idOf = ({ attempt }: JobPayload) => attempt as `${number}.${number}`

describe.each(DIALECTS)('what happens at the same moment, on %s:', dialect => {
  it('an instance that is dispatched while its map is cleared is not left out of the count', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('mapped', ['m: { map: { over: [1, 2] } }']))
    await site.trigger(id)
    const rows = await until(async () => { const found = await new Hands(site, id).rows(); return found.length === 2 && found.every(({ state }) => state === 'queued') && found })
    // Planned when it was scheduled and had fence 0.
    const { dialect: sql, query } = site.database
    await expect(query.transaction(trx => deleteTaskInstances({ query: trx, dialect: sql }, [rows[1]?.ti_id ?? 0]))).rejects.toMatchObject({ code: 'LS_STALE_READ' })
  })

  it('what ended before the upgrade to lanes runs when it is cleared', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker()
    const id = await site.dag(dag('old', ['a: {}', 'b: { after: a }']))
    await site.trigger(id)
    await site.ended(id)
    await site.database.query('task_instances').update({ lane_key: 0, up_total: 0 })
    await new Hands(site, id).clear()
    expect((await site.ended(id)).tasks).toMatchObject({ a: { fence: 2, state: 'success' }, b: { fence: 2, state: 'success' } })
  })

  it('a run that moves to another version takes what waits in it to the queues and limits of that version', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: job => (job.task === 'a' ? { exitCode: 1 } : null) })
    const other = site.worker({ queue: 'other', answer: () => null })
    const tasks = (queue: string): string[] => ['a: {}', `b: { after: [a, c], triggerRule: all_done, queue: ${queue} }`, `c: { queue: ${queue} }`]
    const id = await site.dag(dag('moving', tasks('default')))
    await site.trigger(id)
    await until(async () => { const found = await site.tasks(id); return found['a']?.state === 'failed' && found['c']?.state === 'starting' })
    const lane = (await site.tasks(id))['b']?.lane_key
    await site.dag(dag('moving', tasks('other')))
    await new Hands(site, id).clear({ tasks: ['a'], latest: true })
    const after = (await site.tasks(id))['b']
    expect(after?.queue).toBe('other')
    expect(after?.lane_key).not.toBe(lane)

    await until(async () => { const a = (await site.tasks(id))['a']; return a?.fence === 2 && a.state === 'failed' })

    // What is active keeps its queue as long as its attempt has it, and is asked there.
    await new Hands(site, id).clear({ tasks: ['c'], latest: true, force: true })
    expect((await site.tasks(id))['c']).toMatchObject({ queue: 'default', wanted: 'cleared' })
    await worker.report(worker.event(idOf(worker.jobs.find(({ task }) => task === 'c') as JobPayload), { reason: 'cancelled', exitCode: null }))
    await until(() => other.jobs.find(({ task }) => task === 'c'))
    expect((await site.tasks(id))['c']).toMatchObject({ queue: 'other', fence: 2 })
  })

  it('an active task that is marked a success updates no asset, unless it succeeds itself', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: () => null })
    const id = await site.dag(dag('makes', ['a: { outlets: [fails] }', 'b: { outlets: [succeeds] }']))
    await site.trigger(id)
    const jobs = await until(() => worker.jobs.length === 2 && worker.jobs)
    await until(async () => Object.values(await site.tasks(id)).every(({ state }) => state === 'starting'))
    await new Hands(site, id).mark('success', { force: true })
    for (const job of jobs) await worker.report(worker.event(idOf(job), job.task === 'a' ? { reason: 'cancelled', exitCode: null } : {}))
    expect((await site.ended(id)).state).toBe('success')
    expect(await site.database.query('asset_events').select('asset')).toEqual([{ asset: 'succeeds' }])
  })
})

describe.each(DIALECTS)('sizes on %s:', dialect => {
  it('tasks of thousands of runs are found at once', async () => {
    const site = await Installation.create(dialect)
    expect(await readByName(site.database, Array.from({ length: 1_200 }, (_, run) => [run, 'a'] as const))).toEqual([])
    expect(await readByName(site.database, Array.from({ length: 40_000 }, (_, task) => [1, `t${task}`] as const))).toEqual([])
  }, 60_000)

  it('runs that were cleared start a part at a time, as new ones do', async () => {
    const site = await Installation.create(dialect)
    const scheduler = await site.scheduler()
    const id = await site.dag(dag('many', ['a: {}'], ['maxActiveRuns: 100']))
    const { dag_key, version_key } = await findDag(site.database, id) ?? { dag_key: 0, version_key: 0 }
    await scheduler.stop()
    await site.database.transact('make', async tx => {
      await insertRuns(tx, [1, 2, 3].map(date => ({
        dag_key, version_key, run_id: `r${date}`, type: 'manual', logical_date: date, interval_start: date, interval_end: date, scheduled_for: null, params: '{}', due_at: date,
      })))
      await tx.query('dag_runs').update({ started_at: 1 })
      const keys = await tx.query('dag_runs').select('run_key') as { run_key: number }[]
      await insertTaskInstances(tx, keys.flatMap(({ run_key }) => Array.from({ length: 10_000 }, (_, map_index) => ({
        run_key, dag_key, task_id: 'a', map_index, state: 'none' as const, queue: 'default', broker_priority: 1, lane_key: 1, up_total: 0,
      }))))
    })
    const { count } = await site.database.transact('start', tx => startRuns(tx, new Specs(), new Lanes(), [dag_key]))
    expect(count).toBe(2)
  }, 120_000)
})
