import { Job, Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { beforeAll, expect, it } from 'vitest'
import { atEnd } from '../harness/cleanup.js'
import { startRedis, type RedisServer } from '../harness/redis.js'

/** How BullMQ really behaves, as far as schedulers and workers depend on it. When one goes red after an upgrade, look there. */

const LOCK_MS = 60_000
let redis: RedisServer
let client: Redis
let names = 0

beforeAll(async () => {
  redis = await startRedis()
  client = new Redis(redis.url, { maxRetriesPerRequest: null })
  atEnd(() => { client.disconnect() })
})

function stage(): { queue: Queue; worker: Worker; name: string } {
  names += 1
  const name = `facts-${names}`
  const queue = new Queue(name, { connection: client })
  // As worker/queue/job-queue.ts makes it: no processor, and nobody looks for stalled jobs.
  const worker = new Worker(name, null, { connection: client, autorun: false, skipStalledCheck: true, lockDuration: LOCK_MS })
  worker.on('error', () => {})
  atEnd(async () => {
    await worker.close(true)
    await queue.close()
  })
  return { queue, worker, name }
}

const OPTIONS = { priority: 10, removeOnComplete: true, removeOnFail: true }

it('an id that exists is not added twice, in whatever state it is, and is new again when its job was removed', async () => {
  const { queue, worker } = stage()
  await queue.add('task', { first: true }, { ...OPTIONS, jobId: '1.1' })
  await queue.add('task', { first: false }, { ...OPTIONS, jobId: '1.1' })
  const job = await worker.getNextJob('token', { block: false }) as Job
  await queue.add('task', { first: false }, { ...OPTIONS, jobId: '1.1' })
  expect(job.data).toEqual({ first: true })
  expect(await queue.getJobCounts('active', 'prioritized', 'wait')).toEqual({ active: 1, prioritized: 0, wait: 0 })
  await job.moveToCompleted(null, 'token', false)
  expect(await queue.getJob('1.1')).toBeUndefined()
  await queue.add('task', { first: false }, { ...OPTIONS, jobId: '1.1' })
  expect(await queue.getJobCounts('prioritized')).toEqual({ prioritized: 1 })
})

it('ids of our attempts are taken, and integers and colons are refused', async () => {
  const { queue } = stage()
  for (const jobId of ['7', 'a:b']) await expect(queue.add('task', {}, { ...OPTIONS, jobId })).rejects.toThrow()
  expect((await queue.add('task', {}, { ...OPTIONS, jobId: '7.1' })).id).toBe('7.1')
})

it('priority 0 runs before everything that has a priority, and 1 before 2', async () => {
  const { queue, worker } = stage()
  for (const [jobId, priority] of [['1.1', 2], ['2.1', 1], ['3.1', 0]] as const) await queue.add('task', {}, { ...OPTIONS, jobId, priority })
  const order: (string | undefined)[] = []
  for (let left = 3; left > 0; left -= 1) order.push((await worker.getNextJob('token', { block: false }))?.id)
  expect(order).toEqual(['3.1', '2.1', '1.1'])
})

it('a job can be completed by another process that has the token, and takes no other job when it is told not to', async () => {
  const { queue, worker } = stage()
  for (const jobId of ['1.1', '2.1']) await queue.add('task', {}, { ...OPTIONS, jobId })
  await worker.getNextJob('stable token', { block: false })
  const found = await Job.fromId(queue, '1.1') as Job
  await found.moveToCompleted(null, 'stable token', false)
  expect(await queue.getJobCounts('active', 'prioritized', 'completed')).toEqual({ active: 0, prioritized: 1, completed: 0 })
})

it('a lock is extended by whoever has the token, and by nobody else', async () => {
  const { queue, worker, name } = stage()
  await queue.add('task', {}, { ...OPTIONS, jobId: '1.1' })
  await worker.getNextJob('stable token', { block: false })
  const lock = `bull:${name}:1.1:lock`
  expect(await client.get(lock)).toBe('stable token')
  const other = new Worker(name, null, { connection: client, autorun: false, skipStalledCheck: true, lockDuration: LOCK_MS })
  other.on('error', () => {})
  atEnd(() => other.close(true))
  await client.pexpire(lock, 5_000)
  await other.extendJobLocks(['1.1'], ['wrong token'], LOCK_MS).catch(() => {})
  expect(await client.pttl(lock)).toBeLessThanOrEqual(5_000)
  await other.extendJobLocks(['1.1'], ['stable token'], LOCK_MS)
  expect(await client.pttl(lock)).toBeGreaterThan(5_000)
  await expect((await Job.fromId(queue, '1.1') as Job).moveToCompleted(null, 'wrong token', false)).rejects.toThrow()
})

it('with the check for stalled jobs off, a job whose lock has ended stays active: only the scheduler gives it to somebody else', async () => {
  const { queue, worker, name } = stage()
  await queue.add('task', {}, { ...OPTIONS, jobId: '1.1' })
  await worker.getNextJob('token', { block: false })
  await client.del(`bull:${name}:1.1:lock`)
  expect(await worker.getNextJob('token', { block: false })).toBeUndefined()
  expect(await queue.getJobCounts('active', 'prioritized', 'wait')).toEqual({ active: 1, prioritized: 0, wait: 0 })
  await expect((await Job.fromId(queue, '1.1') as Job).moveToCompleted(null, 'token', false)).rejects.toThrow()
})

it('a job that somebody holds is not removed', async () => {
  const { queue, worker } = stage()
  const job = await queue.add('task', {}, { ...OPTIONS, jobId: '1.1' })
  await worker.getNextJob('token', { block: false })
  await expect(job.remove()).rejects.toThrow()
  expect(await queue.getJobCounts('active')).toEqual({ active: 1 })
})
