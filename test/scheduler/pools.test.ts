import { describe, expect, it, onTestFinished } from 'vitest'
import type { JobPayload } from '../../shared/protocol/job.js'
import { readPool, readPools, setPool } from '../../shared/operations/pools.js'
import { readQueues, setQueueLimit } from '../../shared/operations/queues.js'
import { wakeSchedulers } from '../../shared/operations/wake-schedulers.js'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from './installation.js'
import type { Answer } from './scripted-worker.js'

const dag = (id: string, count: number, task: string, head: readonly string[] = []): string =>
  [`dag: ${id}`, 'maxActiveTasks: 1000', ...head, 'tasks:', ...Array.from({ length: count }, (_, i) => `  t${i}: { image: none, ${task} }`), ''].join('\n')

/** Lets jobs end when the test says so. */
class Hold {
  readonly #open = new Map<JobPayload, (answer: Answer) => void>()
  #isOver = false

  /** The worker waits for its jobs when it stops, and it stops when a test has failed too. */
  constructor() {
    onTestFinished(() => { this.#isOver = true; this.finishAll() })
  }

  readonly answer = (job: JobPayload): Answer | Promise<Answer> => (this.#isOver ? {} : new Promise(resolve => { this.#open.set(job, resolve) }))

  get jobs(): JobPayload[] {
    return [...this.#open.keys()]
  }

  finish(job: JobPayload): void {
    this.#open.get(job)?.({})
    this.#open.delete(job)
  }

  finishAll(): void {
    for (const job of this.jobs) this.finish(job)
  }
}

const set = async (site: Installation, name: string, slots: number): Promise<void> => {
  await setPool(site.database, { name, slots, description: null })
  await wakeSchedulers(site.config())
}

describe.each(DIALECTS)('a pool on %s', dialect => {
  it('never gives away more slots than it has, to small and large tasks of two DAGs', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    await set(site, 'etl', 4)
    let used = 0
    let highest = 0
    site.worker({ answer: async job => {
      const slots = job.dag === 'large' ? 3 : 1
      used += slots
      highest = Math.max(highest, used)
      await new Promise(resolve => setImmediate(resolve))
      used -= slots
      return {}
    } })
    await site.dag(dag('small', 20, 'pool: etl'))
    await site.dag(dag('large', 10, 'pool: etl, poolSlots: 3'))
    await site.trigger('small')
    await site.trigger('large')
    expect((await site.ended('small')).state).toBe('success')
    expect((await site.ended('large')).state).toBe('success')
    expect(highest).toBeLessThanOrEqual(4)
  })

  it('without slots holds back; a changed number takes effect at once; it tells who holds and who waits', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const hold = new Hold()
    site.worker({ answer: hold.answer })
    await set(site, 'etl', 0)
    await site.dag(dag('a', 3, 'pool: etl'))
    await site.dag(dag('free', 1, 'retries: 0'))
    await site.trigger('a')
    await site.trigger('free')
    await until(() => hold.jobs.length === 1)
    expect(hold.jobs[0]?.dag).toBe('free')
    expect(await readPools(site.database)).toEqual([{ name: 'etl', slots: 0, description: null, used: 0, holders: 0, waiting: 3, waitingSlots: 3 }])
    await set(site, 'etl', 2)
    await until(() => hold.jobs.length === 3, { timeout: 4_500 })
    expect(await readPool(site.database, 'etl', 20)).toMatchObject({
      used: 2, waiting: 1, held: [{ dag_id: 'a', run_id: 'manual', task_id: 't0', slots: 1 }, { task_id: 't1' }], next: [{ dag_id: 'a', task_id: 't2', state: 'scheduled' }],
    })
    await set(site, 'etl', 1)
    hold.finish(hold.jobs.find(job => job.dag === 'a' && job.task === 't0') as JobPayload)
    await until(async () => (await site.tasks('a'))['t0']?.state === 'success')
    expect((await site.tasks('a'))['t2']?.state).toBe('scheduled')
    hold.finishAll()
    await until(() => hold.jobs.length === 1)
    hold.finishAll()
    await site.ended('a')
  })

  it('lets nothing of lower priority overtake for ever what needs several of its slots', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const hold = new Hold()
    site.worker({ answer: hold.answer })
    await set(site, 'etl', 3)
    await site.dag(dag('small', 6, 'pool: etl'))
    await site.dag(dag('large', 1, 'pool: etl, poolSlots: 3, priorityWeight: 50'))
    await site.dag(dag('huge', 1, 'pool: etl, poolSlots: 4, priorityWeight: 100'))
    await site.trigger('huge')
    await site.trigger('small')
    await until(() => hold.jobs.length === 3)
    await site.trigger('large')
    await until(async () => (await site.tasks('large'))['t0']?.state === 'scheduled')
    for (let ended = 1; ended <= 3; ended += 1) {
      hold.finish(hold.jobs[0] as JobPayload)
      await until(async () => Object.values(await site.tasks('small')).filter(({ state }) => state === 'success').length === ended)
    }
    await until(() => hold.jobs.length === 1)
    expect(hold.jobs[0]?.dag).toBe('large')
    hold.finishAll()
    await until(() => hold.jobs.length === 3)
    expect(hold.jobs.every(job => job.dag === 'small')).toBe(true)
    expect((await site.tasks('huge'))['t0']?.state).toBe('scheduled')
    hold.finishAll()
    await site.ended('small')
  })
})

describe.each(DIALECTS)('other limits on %s', dialect => {
  it('of a queue hold over all DAGs, and go when they are taken away', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const hold = new Hold()
    site.worker({ answer: hold.answer })
    await site.dag(dag('a', 3, 'retries: 0'))
    await site.dag(dag('b', 3, 'retries: 0'))
    await setQueueLimit(site.database, 'default', 2)
    await site.trigger('a')
    await site.trigger('b')
    await until(async () => (await readQueues(site.database)).some(({ queue, waiting, active, limit }) => queue === 'default' && waiting === 4 && active === 2 && limit === 2))
    await until(() => hold.jobs.length === 2)
    await setQueueLimit(site.database, 'default', null)
    await wakeSchedulers(site.config())
    await until(() => hold.jobs.length === 6, { timeout: 4_500 })
    await expect(setQueueLimit(site.database, 'defualt', 1)).rejects.toMatchObject({ code: 'LS_QUEUE_NOT_FOUND', message: `no DAG has named a queue 'defualt'; did you mean 'default'?` })
    hold.finishAll()
    await site.ended('a')
    await site.ended('b')
  })

  it('of a task hold over its runs, those of a map for each run', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const hold = new Hold()
    site.worker({ answer: hold.answer })
    await site.dag(dag('task', 1, 'maxActive: 2'))
    await site.dag(dag('map', 1, 'map: { over: [1, 2, 3, 4], maxActive: 1 }'))
    for (const run of ['r1', 'r2', 'r3']) {
      await site.trigger('task', run)
      await site.trigger('map', run)
    }
    let [ofTask, ofMap] = [0, 0]
    while (ofTask + ofMap < 15) {
      await until(() => hold.jobs.length > 0)
      const jobs = hold.jobs
      expect(jobs.filter(job => job.dag === 'task').length).toBeLessThanOrEqual(2)
      for (const run of ['r1', 'r2', 'r3']) expect(jobs.filter(job => job.dag === 'map' && job.run === run).length).toBeLessThanOrEqual(1)
      ofTask += jobs.filter(job => job.dag === 'task').length
      ofMap += jobs.filter(job => job.dag === 'map').length
      for (const job of jobs) hold.finish(job)
    }
    expect([ofTask, ofMap]).toEqual([3, 12])
    for (const run of ['r1', 'r2', 'r3']) await site.ended('map', run)
  })
})
