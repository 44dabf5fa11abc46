import { describe, expect, it } from 'vitest'
import { Registry } from 'prom-client'
import { registerMetrics } from '../../scheduler/observe/metrics.js'
import { SchedulerBus } from '../../scheduler/bus.js'
import { RunTimer } from '../../scheduler/runs/run-timer.js'
import { Specs } from '../../shared/planning/specs.js'
import { insertRuns, runsPastDeadline } from '../../shared/database/tables/dag-runs.js'
import { findDag } from '../../shared/database/tables/dags.js'
import { startBackfill } from '../../shared/operations/backfill.js'
import { triggerRun } from '../../shared/operations/trigger-run.js'
import { wakeSchedulers } from '../../shared/operations/wake-schedulers.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from './installation.js'

const dag = (id: string, head: readonly string[], tasks: readonly string[]): string => [`dag: ${id}`, 'schedule: null', ...head, 'tasks:', ...tasks, ''].join('\n')

const trigger = async (site: Installation, id: string, run: string): Promise<void> => {
  await triggerRun(site.database, { dag: id, run, params: {}, by: 'ann' })
  await wakeSchedulers(site.config())
}

describe.each(DIALECTS)('the time of a run on %s', dialect => {
  it('when it is up, cancels what is open, asks workers to stop what is active, and fails the run', async () => {
    const site = await Installation.create(dialect)
    // The reconciler would tell the workers too, and hide that the timer did not.
    await site.scheduler({ reconcileEvery: 3_600_000 })
    const worker = site.worker({ answer: job => (job.task === 'quick' ? {} : null) })
    const id = await site.dag(dag('slow', ['timeout: 1s'], ['  quick: { image: none }', '  slow: { image: none, retries: 3 }', '  after: { image: none, after: [slow] }']))
    await trigger(site, id, 'one')
    await until(async () => (await site.run(id, 'one'))?.wanted === 'failed')
    const open = await site.tasks(id, 'one')
    const reason = 'the run took longer than its timeout of 1s'
    expect(open).toMatchObject({ quick: { state: 'success' }, slow: { wanted: 'cancelled' }, after: { state: 'cancelled', reason } })

    const attempt = worker.jobs.find(job => job.task === 'slow')?.attempt as AttemptId
    await until(async () => (await worker.renew(attempt)) === 'cancel')
    await worker.report(worker.event(attempt, { reason: 'cancelled', exitCode: 143 }))
    const { state, tasks } = await site.ended(id, 'one')
    expect(state).toBe('failed')
    expect(tasks).toMatchObject({ quick: { state: 'success' }, slow: { state: 'cancelled', try_number: 1 }, after: { state: 'cancelled' } })
    expect(await site.run(id, 'one')).toMatchObject({ reason, wanted: null, timeout_at: null })
  })

  it('ends a run in which nothing is active at once, and never before its time', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('waiting', ['timeout: 1500ms'], ['  a: { wait: { event: never-told } }']))
    await trigger(site, id, 'one')
    expect((await site.ended(id, 'one')).state).toBe('failed')
    const run = await site.run(id, 'one')
    const took = (run?.ended_at ?? 0) - (run?.started_at ?? 0)
    expect(took).toBeGreaterThanOrEqual(1_500)
    expect(took).toBeLessThan(3_500)
  })

  it('counts from its start: waiting for its turn uses none of it', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let open = (): void => {}
    const gate = new Promise<void>(resolve => { open = resolve })
    const worker = site.worker({ answer: async job => { if (job.run === 'first') await gate; return {} } })
    const id = await site.dag(dag('queued', ['maxActiveRuns: 1', 'timeout: 1h'], ['  a: { image: none }']))
    await trigger(site, id, 'first')
    await until(() => worker.jobs.length === 1)
    await trigger(site, id, 'second')
    expect((await site.run(id, 'second'))?.timeout_at).toBeNull()
    open()
    expect((await site.ended(id, 'second')).state).toBe('success')
  })

  it('by which it should have ended is told once, changes nothing else, and does not exist for backfills', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const worker = site.worker({ answer: () => null })
    const id = await site.dag(['dag: late', "schedule: '0 0 * * *'", "end: '2024-03-01'", "deadline: '1s'", 'tasks:', '  a: { image: none }', ''].join('\n'))
    await startBackfill(site.database, { dag: id, from: '2024-01-01', to: '2024-01-01', reprocess: 'none', maxActiveRuns: null, params: {}, backwards: false, by: null })
    await trigger(site, id, 'one')
    const run = await until(async () => { const found = await site.run(id, 'one'); return found?.deadline_missed === 1 ? found : undefined })
    expect(run).toMatchObject({ state: 'running', wanted: null, reason: 'triggered by ann' })
    expect(run.deadline_at).toBe(run.due_at + 1_000)
    await until(() => worker.jobs.length === 2)
    expect(await site.run(id, 'backfill__2024-01-01T00:00:00.000Z')).toMatchObject({ deadline_at: null, deadline_missed: 0 })
    expect(await runsPastDeadline(site.database, 10)).toEqual([])
    await worker.report(worker.event(worker.jobs.find(job => job.run === 'one')?.attempt as AttemptId))
    expect((await site.ended(id, 'one')).state).toBe('success')
  })

  it('by which it should have ended counts no more once a backfill runs it again', async () => {
    const site = await Installation.create(dialect)
    const scheduler = await site.scheduler()
    const id = await site.dag(['dag: again', "schedule: '0 0 * * *'", "end: '2024-03-01'", 'tasks:', '  a: { image: none }', ''].join('\n'))
    await scheduler.stop()
    const dag = await findDag(site.database, id)
    const date = Date.parse('2024-01-01T00:00:00Z')
    await site.database.transact('scheduled', tx => insertRuns(tx, [{
      dag_key: dag?.dag_key ?? 0, version_key: dag?.version_key ?? 0, run_id: 'scheduled__2024-01-01', type: 'scheduled', logical_date: date, interval_start: date, interval_end: date + 86_400_000,
      scheduled_for: date, params: '{}', due_at: date, deadline_at: date + 90_000_000,
    }]))
    expect(await runsPastDeadline(site.database, 10)).toHaveLength(1)
    await site.database.transact('ended', ({ query }) => query('dag_runs').update({ state: 'cancelled', ended_at: date + 1 }))
    const { dates } = await startBackfill(site.database, { dag: id, from: '2024-01-01', to: '2024-01-01', reprocess: 'failed', maxActiveRuns: null, params: {}, backwards: false, by: null })
    expect(dates.map(({ action }) => action)).toEqual(['reprocess'])
    expect(await site.run(id, 'scheduled__2024-01-01')).toMatchObject({ state: 'queued', deadline_missed: 0 })
    expect(await runsPastDeadline(site.database, 10)).toEqual([])
  })

  it('by which it should have ended is told by one of several schedulers only', async () => {
    const site = await Installation.create(dialect)
    const scheduler = await site.scheduler()
    const id = await site.dag(dag('shared', ["deadline: '1ms'"], ['  a: { image: none }']))
    await scheduler.stop()
    for (let i = 0; i < 10; i += 1) await triggerRun(site.database, { dag: id, run: `run${i}`, params: {} })
    await until(async () => (await runsPastDeadline(site.database, 100)).length === 10)
    const told: string[] = []
    const bus = new SchedulerBus()
    bus.on('deadline-missed', ({ run }) => { told.push(run) })
    const none = undefined as never
    const timers = Array.from({ length: 4 }, () => new RunTimer(site.database, none, new Specs(), none, 'longshore', bus))
    await Promise.all(timers.map(timer => timer.runOnce()))
    expect(told.sort()).toEqual(Array.from({ length: 10 }, (_, i) => `run${i}`))
  })
})

it('each missed deadline counts once in the metrics of its DAG', async () => {
  const site = await Installation.create('sqlite')
  const registry = new Registry()
  const bus = new SchedulerBus()
  registerMetrics(registry, bus, site.database, () => null, { metricsDags: 10, metricsTasks: 10 })
  bus.emit('deadline-missed', { dag: 'late', run: 'one' })
  expect(await registry.getSingleMetricAsString('longshore_deadlines_missed_total')).toContain('longshore_deadlines_missed_total{dag="late"} 1')
})
