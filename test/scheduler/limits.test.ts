import { describe, expect, it } from 'vitest'
import type { JobPayload } from '../../shared/protocol/job.js'
import { Selector } from '../../scheduler/dispatch/select.js'
import { rows, type Session } from '../../shared/database/database.js'
import { setPool } from '../../shared/operations/pools.js'
import { setQueueLimit } from '../../shared/operations/queues.js'
import { Lanes } from '../../shared/planning/lanes.js'
import { lasting, until } from '../harness/wait.js'
import { DIALECTS, Installation } from './installation.js'

/** Holds every job a little and remembers how many ran at once. */
class Meter {
  #running = 0
  highest = 0
  readonly seen: string[] = []

  readonly answer = async (job: JobPayload) => {
    this.seen.push(job.attempt)
    this.#running += 1
    this.highest = Math.max(this.highest, this.#running)
    await lasting(5)
    this.#running -= 1
    return {}
  }
}

const wide = (id: string, tasks: number, head: readonly string[] = []): string =>
  [`dag: ${id}`, 'schedule: null', ...head, 'tasks:', ...Array.from({ length: tasks }, (_, i) => `  t${i}: { image: none }`), ''].join('\n')

describe.each(DIALECTS)('limits on %s', dialect => {
  it('never run more tasks of a DAG at once than maxActiveTasks', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const meter = new Meter()
    site.worker({ answer: meter.answer })
    const id = await site.dag(wide('wide', 60, ['maxActiveTasks: 7']))
    await site.trigger(id)
    expect((await site.ended(id)).state).toBe('success')
    expect(meter.highest).toBeLessThanOrEqual(7)
    expect(meter.seen).toHaveLength(60)
  })

  it('let a runnable DAG pass one that is full, however many tasks of higher priority that holds', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler({ parallelism: 50, dispatchBatch: 10 })
    const blocked = site.worker({ answer: job => (job.dag === 'full' ? null : {}) })
    const full = await site.dag(['dag: full', 'schedule: null', 'maxActiveTasks: 2', 'tasks:', ...Array.from({ length: 300 }, (_, i) => `  t${i}: { image: none, priorityWeight: 100 }`), ''].join('\n'))
    const free = await site.dag(wide('free', 20, ['maxActiveTasks: 20']))
    await site.trigger(full)
    await until(() => blocked.jobs.length === 2)
    await site.trigger(free)
    expect((await site.ended(free)).state).toBe('success')
    expect(blocked.jobs.filter(job => job.dag === 'full')).toHaveLength(2)
  })

  it('start no more runs of a DAG than maxActiveRuns', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const runs = new Set<string>()
    let highest = 0
    site.worker({ answer: async job => { runs.add(job.run); highest = Math.max(highest, runs.size); await lasting(20); runs.delete(job.run); return {} } })
    const id = await site.dag(wide('runs', 1, ['maxActiveRuns: 2', 'maxActiveTasks: 50']))
    for (let i = 0; i < 8; i += 1) await site.trigger(id, `run${i}`)
    for (let i = 0; i < 8; i += 1) expect((await site.ended(id, `run${i}`)).state).toBe('success')
    expect(highest).toBeLessThanOrEqual(2)
  })
})

describe('four schedulers', () => {
  it('share the work, keep every limit, and run each task once', async () => {
    const site = await Installation.create('mysql')
    for (let i = 0; i < 4; i += 1) await site.scheduler({ parallelism: 25 })
    const meter = new Meter()
    for (let i = 0; i < 3; i += 1) site.worker({ answer: meter.answer })
    const ids = await Promise.all(Array.from({ length: 10 }, (_, i) => site.dag(wide(`dag${i}`, 60, ['maxActiveTasks: 10']))))
    await Promise.all(ids.map(id => site.trigger(id)))
    for (const id of ids) expect((await site.ended(id, 'manual', { timeout: 25_000 })).state).toBe('success')
    expect(meter.highest).toBeLessThanOrEqual(25)
    expect(meter.seen).toHaveLength(600)
    expect(new Set(meter.seen).size).toBe(600)
  }, 60_000)
})

describe('all limits at once', () => {
  it('hold at every instant under four schedulers and more than a thousand tasks, each of which runs once', async () => {
    const site = await Installation.create('mysql')
    await setPool(site.database, { name: 'etl', slots: 12, description: null })
    const settings = { parallelism: 40, reconcileEvery: 60_000 }
    await site.scheduler(settings)
    const ledger = new LimitLedger({ 'all': 40, 'pool etl': 12, 'queue slow': 5, 'dag mixed': 14, 'dag etl1': 20, 'dag etl2': 20, 'dag capped': 30, 'task capped.t0': 3, 'map mapped/r0': 4, 'map mapped/r1': 4, 'dag mapped': 30 })
    const answer = (job: JobPayload) => ledger.run(job)
    for (const queue of ['default', 'default', 'default', 'slow']) site.worker({ queue, answer })
    const many = (id: string, limit: number, count: number, task: string): string =>
      [`dag: ${id}`, `maxActiveTasks: ${limit}`, 'tasks:', ...Array.from({ length: count }, (_, i) => `  t${i}: { image: none, ${task} }`), ''].join('\n')
    await Promise.all([
      site.dag(many('mixed', 14, 250, 'priorityWeight: 7')), site.dag(many('slow', 1_000, 75, 'queue: slow, priorityWeight: 3')),
      site.dag(many('etl1', 20, 300, 'pool: etl, priorityWeight: 9')), site.dag(many('etl2', 20, 200, 'pool: etl, poolSlots: 3')),
      site.dag(many('capped', 30, 20, 'maxActive: 3')), site.dag(many('mapped', 30, 1, `map: { over: [${Array.from({ length: 250 }, (_, i) => i).join(', ')}], maxActive: 4 }`)),
    ])
    await setQueueLimit(site.database, 'slow', 5)
    for (let i = 1; i < 4; i += 1) await site.scheduler(settings)
    const started: [string, string][] = []
    const trigger = async (dag: string, runs: number): Promise<void> => {
      for (let run = 0; run < runs; run += 1) { await site.trigger(dag, `r${run}`); started.push([dag, `r${run}`]) }
    }
    await trigger('mixed', 1)
    await trigger('slow', 1)
    await trigger('etl1', 1)
    await trigger('etl2', 1)
    await trigger('capped', 10)
    await trigger('mapped', 2)
    for (const [dag, run] of started) expect((await site.ended(dag, run, { timeout: 100_000 })).state).toBe('success')
    expect(ledger.violations).toEqual([])
    expect(ledger.total).toBe(250 + 75 + 300 + 200 + 200 + 500)
    expect(ledger.distinct).toBe(ledger.total)
    for (const limit of ['all', 'pool etl', 'queue slow', 'dag mixed']) expect(ledger.highest(limit), limit).toBeGreaterThan(1)
  }, 150_000)
})

/** Keeps account of what runs, under every limit that it counts against, from a task's start to its end. */
class LimitLedger {
  readonly violations: string[] = []
  readonly #now = new Map<string, number>()
  readonly #highest = new Map<string, number>()
  readonly #seen = new Set<string>()
  total = 0

  constructor(private readonly limits: Readonly<Record<string, number>>) {}

  get distinct(): number {
    return this.#seen.size
  }

  highest(limit: string): number {
    return this.#highest.get(limit) ?? 0
  }

  async run(job: JobPayload): Promise<object> {
    this.total += 1
    this.#seen.add(job.attempt)
    const taken = this.#takenBy(job)
    for (const [limit, amount] of taken) this.#add(limit, amount)
    await new Promise(resolve => setImmediate(resolve))
    for (const [limit, amount] of taken) this.#add(limit, -amount)
    return {}
  }

  #takenBy({ dag, task, run, queue }: JobPayload): [string, number][] {
    const slots = { etl1: 1, etl2: 3 }[dag] ?? 0
    return [['all', 1], ['pool etl', slots], [`queue ${queue}`, 1], [`dag ${dag}`, 1], [`task ${dag}.${task}`, 1], [`map ${dag}/${run}`, 1]]
  }

  #add(limit: string, amount: number): void {
    const now = (this.#now.get(limit) ?? 0) + amount
    this.#now.set(limit, now)
    this.#highest.set(limit, Math.max(now, this.highest(limit)))
    if (now > (this.limits[limit] ?? Infinity)) this.violations.push(`${limit}: ${now}`)
  }
}

describe.each(DIALECTS)('a backlog that is held back on %s', dialect => {
  it('of 5,000 tasks of high priority delays no task that can run, and is not read to dispatch it', async () => {
    const site = await Installation.create(dialect)
    await setPool(site.database, { name: 'full', slots: 0, description: null })
    await site.scheduler()
    site.worker()
    const free = await site.dag(wide('free', 20))
    const blocked = await site.dag(['dag: blocked', 'maxActiveTasks: 1000', 'tasks:', ...Array.from({ length: 5_000 }, (_, i) => `  t${i}: { image: none, pool: full, priorityWeight: 1000 }`), ''].join('\n'))
    await site.trigger(blocked)
    await until(async () => Object.keys(await site.tasks(blocked)).length === 5_000, { timeout: 30_000, interval: 100 })
    const began = Date.now()
    await site.trigger(free)
    const { tasks } = await site.ended(free)
    expect(Math.max(...Object.values(tasks).map(({ ended_at }) => ended_at ?? Infinity)) - began).toBeLessThan(8_000)
    if (dialect === 'mysql') {
      // What the server would find out by itself within seconds.
      await rows(site.database, 'ANALYZE TABLE task_instances')
      const selector = new Selector(new Lanes(), { parallelism: 100, batch: 50 })
      await site.database.transact('first', tx => selector.select(tx))
      expect(await site.database.transact('counted', tx => rowsRead(tx, () => selector.select(tx)))).toBeLessThan(100)
    }
  }, 90_000)
})

/** What the storage engine was asked for in this session while `work` ran. */
async function rowsRead(tx: Session, work: () => Promise<unknown>): Promise<number> {
  const read = async (): Promise<number> => (await rows<{ Value: string }>(tx, `SHOW SESSION STATUS LIKE 'Handler_read%'`)).reduce((sum, { Value }) => sum + Number(Value), 0)
  const before = await read()
  await work()
  return await read() - before
}
