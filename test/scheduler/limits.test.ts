import { describe, expect, it } from 'vitest'
import type { JobPayload } from '../../shared/protocol/job.js'
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
