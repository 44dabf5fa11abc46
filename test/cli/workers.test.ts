import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { Database } from '../../shared/database/database.js'
import { migrate } from '../../shared/database/migrate.js'
import { ensureQueues } from '../../shared/database/tables/queues.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { askDepot } from '../harness/run-context.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'
import { Setting } from '../worker/setting.js'
import { StandIn } from '../worker/stand-in.js'
import { Workplace } from './setting.js'

interface WorkerView {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly queues: readonly string[]
  readonly paused: readonly string[]
  readonly slots: number
  readonly active: number
  readonly draining: boolean
  readonly told?: boolean
  readonly wanted: { readonly concurrency: number | null; readonly queues: readonly string[] | null; readonly paused: readonly string[]; readonly pausedBy: { readonly user: string; readonly at: string } | null; readonly end: unknown } | null
}

let redis: RedisServer
let stages = 0

beforeAll(async () => {
  redis = await startRedis()
  await askDepot('build')
}, 240_000)

/** A worker called `deck` with two slots on two queues that DAGs have named, and somebody at a command line. */
async function stage() {
  stages += 1
  const [etl, ml] = [`etl-${stages}`, `ml-${stages}`]
  const databaseUrl = `sqlite:${join(tempDir('workers'), 'test.db')}`
  const database = new Database(databaseUrl, 1)
  await migrate(database)
  const place = new Setting({ redisUrl: redis.url, dockerHost: 'unix:///nonexistent/docker.sock', allowProcess: 'true', queues: `${etl},${ml}`, concurrency: '2', workerName: `deck-${stages}` })
  const worker = await place.start()
  const jobs = new StandIn(redis.url, etl, 1_000 * stages)
  const other = new StandIn(redis.url, ml, 1_000 * stages + 500)
  const person = new Workplace({}, { env: { LONGSHORE_DATABASE_URL: databaseUrl, LONGSHORE_REDIS_URL: redis.url, COLUMNS: '80' } })
  const name = `deck-${stages}`
  await until(async () => (await person.ask<WorkerView[]>('workers', 'list')).some(one => one.name === name), { timeout: 30_000, describe: 'the worker to be listed before a DAG has named its queues' })
  await database.transact('test', tx => ensureQueues(tx, [etl, ml]))
  await database.close()
  return { etl, ml, place, worker, jobs, other, person, name, show: () => person.ask<WorkerView>('workers', 'show', name) }
}

describe('workers and queues by command', () => {
  it('are shown as they are: by name, by the beginning of the id, and in lines that fit the terminal', async () => {
    const { etl, ml, worker, person, name, show } = await stage()
    const { worker: id } = worker.status()
    expect(await show()).toMatchObject({ id, name, status: 'online', queues: [etl, ml], paused: [], slots: 2, active: 0, draining: false, wanted: null })
    expect(await person.ask('workers', 'show', id.slice(0, 8))).toMatchObject({ id })
    const table = (await person.run('workers', 'list')).stdout
    expect(table).toMatch(/WORKER +ID +STATUS/)
    expect(table).toContain(id.slice(0, 8))
    expect(table).toContain('0/2')
    expect(Math.max(...table.split('\n').map(line => line.length))).toBeLessThanOrEqual(80)
    expect((await person.run('workers', 'show', name)).stdout).toContain(`${etl}, ${ml}`)
    expect((await person.run('workers', 'show', 'dekc')).stderr).toContain('error LS_WORKER_NOT_FOUND: ')
    expect((await person.run('workers', 'set', name)).code).toBe(2)
    expect((await person.run('workers', 'set', name, '--add-queue', 'lease')).stderr).toContain("'lease' is not a queue name")
  }, 120_000)

  it('a worker that is paused, or one of its queues, takes nothing there until it is resumed; who did it is shown', async () => {
    const { etl, ml, worker, jobs, other, person, name, show } = await stage()
    expect(await person.ask('workers', 'pause', name, '--queue', ml)).toMatchObject({ told: true, wanted: { paused: [ml] } })
    await until(() => worker.status().paused.length === 1)
    const held = await other.enqueue()
    await jobs.settle(await jobs.enqueue())
    expect(await other.eventsOf(held)).toEqual([])

    await person.ask('workers', 'pause', name)
    await until(() => worker.status().paused.length === 2)
    const alsoHeld = await jobs.enqueue()
    const { wanted } = await show()
    expect(wanted).toMatchObject({ paused: ['*'], pausedBy: { user: expect.any(String) as string } })
    expect(Math.abs(Date.parse(wanted?.pausedBy?.at ?? '') - Date.now())).toBeLessThan(120_000)
    expect((await person.run('workers', 'list')).stdout).toContain(' paused ')
    expect((await person.run('workers', 'show', name)).stdout).toMatch(/paused by +\S+/)

    expect(await person.ask('workers', 'resume', name, '--queue', etl)).toMatchObject({ wanted: { paused: [ml] } })
    await jobs.settle(alsoHeld)
    expect(await other.eventsOf(held)).toEqual([])
    expect(await person.ask('workers', 'resume', name)).toMatchObject({ wanted: { paused: [], pausedBy: null } })
    await other.settle(held)
  }, 120_000)

  it('a paused queue is left alone by every worker until it is resumed', async () => {
    const { etl, worker, jobs, person } = await stage()
    expect(await person.ask('queues', 'pause', etl)).toEqual({ queue: etl, paused: true, told: true })
    await until(() => worker.status().paused.length === 1)
    const held = await jobs.enqueue()
    expect(await person.ask('queues', 'list')).toContainEqual(expect.objectContaining({ queue: etl, paused: true, pausedBy: expect.any(String) as string, pausedAt: expect.any(String) as string }))
    expect(await jobs.eventsOf(held)).toEqual([])
    expect(await person.ask('queues', 'resume', etl)).toEqual({ queue: etl, paused: false, told: true })
    await jobs.settle(held)
    expect(await person.ask('queues', 'list')).toContainEqual(expect.objectContaining({ queue: etl, paused: false, pausedBy: null }))
    expect((await person.run('queues', 'pause', 'nowhere')).stderr).toContain('error LS_QUEUE_NOT_FOUND: ')
  }, 120_000)

  it('slots and queues follow what is set while it runs, and the settings when that is taken back', async () => {
    const { etl, ml, worker, person, name } = await stage()
    await person.ask('workers', 'set', name, '--concurrency', '5', '--remove-queue', ml)
    await until(() => worker.status().slots.total === 5 && worker.status().queues.length === 1)
    expect(worker.status().queues).toEqual([etl])
    await person.ask('workers', 'set', name, '--concurrency', 'default', '--queues', 'default')
    await until(() => worker.status().slots.total === 2 && worker.status().queues.length === 2)
    expect((await person.run('workers', 'set', name, '--remove-queue', `${etl},${ml}`)).stderr).toContain('a worker serves at least one queue')
  }, 120_000)

  it('a drained worker takes nothing new and ends when its task has ended', async () => {
    const { worker, jobs, person, name, show } = await stage()
    let hasEnded = false
    void worker.ended.then(() => { hasEnded = true })
    const running = await jobs.enqueue({ command: ['sleep', '3'] })
    await jobs.waitFor(running, 'started')
    expect((await person.run('workers', 'drain', name, '--stop-tasks')).code).toBe(2)
    expect(await person.ask('workers', 'drain', name, '--deadline', '10m')).toMatchObject({ told: true, wanted: { end: { deadline: 600_000, then: 'detach' } } })
    await until(() => worker.status().draining)
    expect(hasEnded).toBe(false)
    const late = await jobs.enqueue()
    await until(async () => (await show()).draining, { timeout: 30_000 })
    expect(await jobs.settle(running)).toMatchObject({ exitCode: 0 })
    await worker.ended
    expect(await jobs.eventsOf(late)).toEqual([])
  }, 120_000)

  it('a worker that is shut down ends at once, and its task runs on for its next process', async () => {
    const { place, worker, jobs, person, name, show } = await stage()
    const running = await jobs.enqueue({ command: ['sleep', '5'] })
    await jobs.waitFor(running, 'started')
    await person.ask('workers', 'shutdown', name)
    await worker.ended
    await worker.stop()
    expect(await jobs.eventsOf(running, 'finished')).toEqual([])
    expect((await show()).status).toBe('gone')
    const listed = async (...args: string[]): Promise<WorkerView[]> => (await person.ask<WorkerView[]>('workers', 'list', ...args)).filter(one => one.name === name)
    expect(await listed()).toEqual([])
    expect(await listed('--all')).toMatchObject([{ name, status: 'gone' }])
    expect((await person.run('workers', 'drain', name)).stderr).toContain('is gone already')
    await place.start()
    expect(await jobs.settle(running)).toMatchObject({ exitCode: 0 })
  }, 120_000)
})
