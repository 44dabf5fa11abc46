import { describe, expect, it } from 'vitest'
import type { JobPayload } from '../../shared/protocol/job.js'
import { listRuns, type RunListRow } from '../../shared/database/tables/dag-runs.js'
import { findDag } from '../../shared/database/tables/dags.js'
import { planBackfill, startBackfill, type Backfill, type BackfillRequest } from '../../shared/operations/backfill.js'
import { setBackfillPaused } from '../../shared/operations/backfill-pause.js'
import { mustFindBackfill } from '../../shared/operations/backfill-progress.js'
import { cancelBackfill } from '../../shared/operations/cancel-backfill.js'
import { setPaused } from '../../shared/operations/set-paused.js'
import { wakeSchedulers } from '../../shared/operations/wake-schedulers.js'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from './installation.js'

const DAY = 86_400_000

const dag = (id: string, ...head: string[]): string => [`dag: ${id}`, "schedule: '0 0 * * *'", 'maxActiveRuns: 2', ...head, 'tasks:', '  t: { image: none }', ''].join('\n')

/** A DAG whose schedule has ended, so that all of its runs are those that the test makes. */
const daily = (id: string, ...head: string[]): string => dag(id, "end: '2024-03-01'", ...head)

class Site {
  private constructor(readonly site: Installation) {}

  static async create(dialect: 'mysql' | 'sqlite'): Promise<Site> {
    return new Site(await Installation.create(dialect))
  }

  request(dag: string, more: Partial<BackfillRequest> = {}): BackfillRequest {
    return { dag, from: '2024-01-01', to: '2024-01-05', reprocess: 'none', maxActiveRuns: null, params: {}, backwards: false, by: 'ann', ...more }
  }

  async backfill(dag: string, more: Partial<BackfillRequest> = {}): Promise<Backfill & { readonly backfill: number }> {
    const started = await startBackfill(this.site.database, this.request(dag, more))
    await wakeSchedulers(this.site.config())
    return started as Backfill & { readonly backfill: number }
  }

  async runs(dag: string): Promise<RunListRow[]> {
    return (await listRuns(this.site.database, { dagId: dag, limit: 1_000 })).sort((a, b) => a.logical_date - b.logical_date)
  }

  async phase(key: number): Promise<string> {
    return (await mustFindBackfill(this.site.database, key)).phase
  }

  async completed(key: number): Promise<void> {
    await until(async () => (await this.phase(key)) === 'completed', { timeout: 20_000, describe: `backfill ${key} to be completed` })
  }
}

/** Answers when it is told to, and remembers how many runs were at work at once. */
class Gate {
  readonly running = new Map<string, () => void>()
  readonly started: string[] = []
  highest = 0

  readonly answer = (job: JobPayload): Promise<Record<string, never>> => new Promise(resolve => {
    this.started.push(job.run)
    this.running.set(job.run, () => { this.running.delete(job.run); resolve({}) })
    this.highest = Math.max(this.highest, this.running.size)
  })

  release(run?: string): void {
    for (const [id, open] of [...this.running]) if (run === undefined || run === id) open()
  }

  /** Lets everything through from now on. */
  async drain(done: () => Promise<boolean>): Promise<void> {
    await until(async () => { this.release(); return done() }, { timeout: 20_000 })
  }
}

describe.each(DIALECTS)('a backfill on %s', dialect => {
  it('makes one run for each date of the range, each with the params of the backfill, and is completed when all have ended', async () => {
    const { site, at } = await setUp(dialect)
    const worker = site.worker()
    const id = await site.dag(daily('params', 'params: { region: { type: string, default: eu } }'))
    const { backfill, dates } = await at.backfill(id, { params: { region: 'us' } })
    expect(dates.map(({ action }) => action)).toEqual(Array(5).fill('create'))
    await at.completed(backfill)
    const runs = await at.runs(id)
    expect(runs.map(run => run.run_id)).toEqual([1, 2, 3, 4, 5].map(day => `backfill__2024-01-0${day}T00:00:00.000Z`))
    for (const run of runs) expect(run).toMatchObject({ type: 'backfill', state: 'success', params: '{"region":"us"}', backfill_key: backfill, reason: `backfill ${backfill} by ann`, interval_end: run.interval_start + DAY })
    expect(worker.jobs.map(job => job.run)).toEqual(runs.map(run => run.run_id))
    expect(await mustFindBackfill(site.database, backfill)).toMatchObject({ total: 5, left: null, runs: { success: 5, queued: 0 }, row: { skipped: 0, created_by: 'ann' } })
  })

  it('touches nothing in a dry run', async () => {
    const { site, at } = await setUp(dialect)
    const id = await site.dag(daily('dry'))
    const planned = await planBackfill(site.database, at.request(id))
    expect(planned).toMatchObject({ backfill: null, maxActiveRuns: 2 })
    expect(planned.dates).toHaveLength(5)
    expect(await at.runs(id)).toEqual([])
    await expect(mustFindBackfill(site.database, 1)).rejects.toMatchObject({ code: 'LS_BACKFILL_NOT_FOUND' })
  })

  it('leaves alone what has a run, or runs it again by its rule, with the newest version of the DAG', async () => {
    const { site, at } = await setUp(dialect)
    const outcome = new Map<string, number>()
    const worker = site.worker({ answer: job => ({ exitCode: outcome.get(job.run) ?? 0 }) })
    const id = await site.dag(daily('again'))
    outcome.set('backfill__2024-01-02T00:00:00.000Z', 65)
    const first = await at.backfill(id, { to: '2024-01-03' })
    await at.completed(first.backfill)
    const before = await at.runs(id)
    expect(before.map(run => run.state)).toEqual(['success', 'failed', 'success'])

    expect((await at.backfill(id, { to: '2024-01-03' })).backfill).toBeNull()
    expect(await at.runs(id)).toEqual(before)

    outcome.clear()
    await site.dag(daily('again', 'description: newer'))
    const failed = await at.backfill(id, { to: '2024-01-04', reprocess: 'failed' })
    expect(failed.dates.map(({ action }) => action)).toEqual(['leave', 'reprocess', 'leave', 'create'])
    await at.completed(failed.backfill)
    const after = await at.runs(id)
    expect(after.map(run => run.state)).toEqual(['success', 'success', 'success', 'success'])
    expect(after.map(run => run.backfill_key)).toEqual([first.backfill, failed.backfill, first.backfill, failed.backfill])
    expect(after[1]?.version_key).toBe(after[3]?.version_key)
    expect(after[0]?.version_key).not.toBe(after[3]?.version_key)

    const jobs = worker.jobs.length
    const completed = await at.backfill(id, { to: '2024-01-04', reprocess: 'completed' })
    await at.completed(completed.backfill)
    expect(worker.jobs.length - jobs).toBe(4)
    expect((await mustFindBackfill(site.database, first.backfill)).total).toBe(0)
  })

  it('leaves alone what is in flight, whatever its rule, so that two of them overlap without a double', async () => {
    const { site, at } = await setUp(dialect)
    const gate = new Gate()
    site.worker({ answer: gate.answer })
    const id = await site.dag(daily('overlap'))
    const first = await at.backfill(id, { to: '2024-01-03' })
    await until(() => gate.running.size === 2)
    const second = await at.backfill(id, { from: '2024-01-02', to: '2024-01-05', reprocess: 'completed' })
    expect(second.dates.map(({ action }) => action)).toEqual(['leave', 'leave', 'create', 'create'])
    await gate.drain(async () => (await at.phase(first.backfill)) === 'completed' && (await at.phase(second.backfill)) === 'completed')
    expect([...gate.started].sort()).toEqual([1, 2, 3, 4, 5].map(day => `backfill__2024-01-0${day}T00:00:00.000Z`))
  })

  it('never runs more at once than it may, whatever the schedule and other backfills do beside it, nor holds these up', async () => {
    const { site, at } = await setUp(dialect)
    const gate = new Gate()
    site.worker({ answer: gate.answer })
    const id = await site.dag(daily('beside', 'maxActiveTasks: 100'))
    const wide = await at.backfill(id, { to: '2024-01-20', maxActiveRuns: 3 })
    const other = await at.backfill(id, { from: '2024-02-01', to: '2024-02-20', maxActiveRuns: 4 })
    for (let i = 0; i < 5; i += 1) await site.trigger(id, `manual${i}`)
    // Each limit is used up: three, four, and two of the DAG's own.
    await until(() => gate.running.size === 9)
    for (let i = 0; i < 8; i += 1) {
      for (const run of [...gate.running.keys()].slice(0, 3)) gate.release(run)
      await until(async () => {
        const active = (await at.runs(id)).filter(run => run.state === 'running')
        const by = (key: number | null): number => active.filter(run => run.backfill_key === key).length
        expect(by(wide.backfill)).toBeLessThanOrEqual(3)
        expect(by(other.backfill)).toBeLessThanOrEqual(4)
        expect(by(null)).toBeLessThanOrEqual(2)
        return gate.running.size >= 7
      })
    }
    await gate.drain(async () => (await at.runs(id)).every(run => run.ended_at !== null))
    expect(gate.highest).toBe(9)
    expect(new Set(gate.started).size).toBe(45)
  }, 60_000)

  it('starts the newest date first when it goes backwards', async () => {
    const { site, at } = await setUp(dialect)
    const worker = site.worker()
    const id = await site.dag(daily('backwards'))
    const { backfill } = await at.backfill(id, { maxActiveRuns: 1, backwards: true })
    await at.completed(backfill)
    expect(worker.jobs.map(job => job.run.slice(10, 20))).toEqual(['2024-01-05', '2024-01-04', '2024-01-03', '2024-01-02', '2024-01-01'])
  })

  it('starts nothing while it is paused, and goes on when it is resumed', async () => {
    const { site, at } = await setUp(dialect)
    const gate = new Gate()
    site.worker({ answer: gate.answer })
    const id = await site.dag(daily('paused'))
    const { backfill } = await at.backfill(id, { maxActiveRuns: 1 })
    await until(() => gate.running.size === 1)
    expect(await setBackfillPaused(site.database, backfill, true)).toBe(true)
    expect(await setBackfillPaused(site.database, backfill, true)).toBe(false)
    gate.release('backfill__2024-01-01T00:00:00.000Z')
    await site.ended(id, 'backfill__2024-01-01T00:00:00.000Z')
    // It has room now. The end of another one of the same DAG proves that schedulers have looked at what may start.
    const other = await at.backfill(id, { from: '2024-02-01', to: '2024-02-01' })
    await gate.drain(async () => (await at.phase(other.backfill)) === 'completed')
    expect(gate.started).toEqual(['backfill__2024-01-01T00:00:00.000Z', 'backfill__2024-02-01T00:00:00.000Z'])
    expect(await at.phase(backfill)).toBe('paused')
    await setBackfillPaused(site.database, backfill, false)
    await wakeSchedulers(site.config())
    await gate.drain(async () => (await at.phase(backfill)) === 'completed')
    await expect(setBackfillPaused(site.database, backfill, true)).rejects.toMatchObject({ code: 'LS_BACKFILL_ENDED' })
  })

  it('that is cancelled starts nothing more, and lets what runs go on', async () => {
    const { site, at } = await setUp(dialect)
    const gate = new Gate()
    site.worker({ answer: gate.answer })
    const id = await site.dag(daily('cancelled'))
    const { backfill } = await at.backfill(id, { maxActiveRuns: 2 })
    await until(() => gate.running.size === 2)
    expect(await cancelBackfill(site.database, site.config(), backfill, { by: 'ann', running: false })).toEqual({ queued: 3, running: 2 })
    expect(await at.phase(backfill)).toBe('cancelled')
    await gate.drain(async () => (await at.runs(id)).every(run => run.ended_at !== null))
    const runs = await at.runs(id)
    expect(runs.map(run => run.state)).toEqual(['success', 'success', 'cancelled', 'cancelled', 'cancelled'])
    expect(runs[4]?.reason).toBe(`backfill ${backfill} was cancelled by ann`)
    await expect(cancelBackfill(site.database, site.config(), backfill, { by: null, running: true })).rejects.toMatchObject({ code: 'LS_BACKFILL_ENDED' })
    // What it left can be done by another one.
    const again = await at.backfill(id, { reprocess: 'failed' })
    await gate.drain(async () => (await at.phase(again.backfill)) === 'completed')
    expect((await at.runs(id)).map(run => run.state)).toEqual(Array(5).fill('success'))
  })

  it('that is cancelled with what runs stops that too', async () => {
    const { site, at } = await setUp(dialect)
    const worker = site.worker({ answer: () => null })
    const id = await site.dag(daily('stopped'))
    const { backfill } = await at.backfill(id, { maxActiveRuns: 1 })
    await until(() => worker.jobs.length === 1)
    await until(async () => Object.values(await site.tasks(id, worker.jobs[0]?.run)).some(task => task.state === 'starting'))
    await cancelBackfill(site.database, site.config(), backfill, { by: 'ann', running: true })
    expect(Object.values(await site.tasks(id, worker.jobs[0]?.run))).toMatchObject([{ wanted: 'cancelled' }])
    await worker.report(worker.event(worker.jobs[0]?.attempt as never, { reason: 'cancelled', exitCode: 143 }))
    await until(async () => (await at.runs(id)).every(run => run.state === 'cancelled'))
    expect(worker.jobs).toHaveLength(1)
  })

  it('waits while its DAG is paused', async () => {
    const { site, at } = await setUp(dialect)
    const worker = site.worker()
    const id = await site.dag(daily('asleep'))
    await setPaused(site.database, id, true)
    const { backfill, paused } = await at.backfill(id)
    expect(paused).toBe(true)
    const awake = await site.dag(daily('awake'))
    await at.completed((await at.backfill(awake)).backfill)
    expect(worker.jobs.filter(job => job.dag === id)).toEqual([])
    await setPaused(site.database, id, false)
    await wakeSchedulers(site.config())
    await at.completed(backfill)
  })

  it('that did dates before the schedule came to them is passed by the schedule, which makes the others', async () => {
    const { site, at } = await setUp(dialect)
    const worker = site.worker()
    const start = new Date(Math.floor(Date.now() / DAY) * DAY - 6 * DAY).toISOString()
    const id = await site.dag(daily('catchup'))
    await setPaused(site.database, id, true)
    await site.dag(dag('catchup', `start: '${start}'`, 'catchup: true'))
    const from = new Date(Date.parse(start) + 2 * DAY).toISOString()
    const to = new Date(Date.parse(start) + 3 * DAY).toISOString()
    const { dates } = await at.backfill(id, { from, to })
    expect(dates.map(({ action }) => action)).toEqual(['create', 'create'])
    await setPaused(site.database, id, false)
    await wakeSchedulers(site.config())
    await until(async () => { const runs = await at.runs(id); return runs.length === 6 && runs.every(run => run.state === 'success') }, { timeout: 20_000 })
    expect((await at.runs(id)).map(run => run.type)).toEqual(['scheduled', 'scheduled', 'backfill', 'backfill', 'scheduled', 'scheduled'])
    expect(worker.jobs).toHaveLength(6)
    expect((await findDag(site.database, id))?.next_due_at).toBeGreaterThan(Date.now())
  })

  it('is refused as a whole: no params that do not fit, nor backwards where a task depends on the run before', async () => {
    const { site, at } = await setUp(dialect)
    const id = await site.dag(['dag: strict', "schedule: '0 0 * * *'", "end: '2024-03-01'", 'params: { n: { type: integer, default: 1 } }', 'tasks:', '  t: { image: none, dependsOnPast: true }', ''].join('\n'))
    await expect(at.backfill(id, { params: { n: 'many' } })).rejects.toMatchObject({ code: 'LS_PARAMS_INVALID' })
    await expect(at.backfill(id, { backwards: true })).rejects.toMatchObject({ code: 'LS_BACKFILL_ORDER' })
    await expect(at.backfill('nothing')).rejects.toMatchObject({ code: 'LS_DAG_NOT_FOUND' })
    expect((await at.runs(id)).filter(run => run.type === 'backfill')).toEqual([])
  })

  async function setUp(on: 'mysql' | 'sqlite'): Promise<{ site: Installation; at: Site }> {
    const at = await Site.create(on)
    await at.site.scheduler()
    return { site: at.site, at }
  }
})
