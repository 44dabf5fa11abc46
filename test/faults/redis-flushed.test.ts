import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { until } from '../harness/wait.js'
import { counted, counter, FaultSite } from './site.js'

it('FLUSHALL while a task runs costs a pause: the task runs on, its result is accepted, what was queued runs once', async () => {
  const site = await FaultSite.open()
  const scheduler = await site.scheduler()
  const worker = await site.worker()
  await site.dag('flushed', { count: { work: counter(40) }, next: { work: 'echo next', after: ['count'] } })
  await site.trigger('flushed')
  await until(async () => (await site.tasks('flushed'))['count']?.state === 'running', { timeout: 20_000 })
  const redis = new Redis(site.redis.url)
  await redis.flushall()
  redis.disconnect()
  await scheduler.waitForLog('Redis has forgotten')
  expect((await site.ended('flushed')).state).toBe('success')
  for (const task of Object.values(await site.tasks('flushed'))) expect(task).toMatchObject({ fence: 1, try_number: 1, infra_losses: 0 })
  expect(site.ledger.check()).toMatchObject({ startedTwice: [], overlaps: [], unended: [] })
  expect(site.ledger.started()).toHaveLength(2)
  await site.expectNothingLeft()
  expect(await site.log('flushed', 'count')).toEqual(counted(40))
  expect([scheduler.running, worker.running]).toEqual([true, true])
  await site.close()
}, 120_000)

it('a Redis that is killed and comes back empty costs a pause', async () => {
  const site = await FaultSite.open()
  await site.scheduler()
  await site.worker()
  await site.dag('restarted', { count: { work: counter(30) }, next: { work: 'echo next', after: ['count'] } })
  await site.trigger('restarted')
  await until(async () => (await site.tasks('restarted'))['count']?.state === 'running', { timeout: 20_000 })
  await site.redis.restart()
  expect((await site.ended('restarted')).state).toBe('success')
  expect(site.ledger.check()).toMatchObject({ startedTwice: [], overlaps: [], unended: [] })
  await site.expectNothingLeft()
  expect(await site.log('restarted', 'count')).toEqual(counted(30))
  await site.close()
}, 120_000)
