import { expect, it } from 'vitest'
import { FaultSite } from './site.js'

it.each(['scheduler.after-commit', 'scheduler.before-ack'])('a scheduler killed at %s loses nothing and repeats nothing', async point => {
  const site = await FaultSite.open()
  const doomed = await site.scheduler({ LONGSHORE_CRASH_AT: point })
  await site.worker()
  await site.dag('crash', { a: { work: 'echo a' }, b: { work: 'echo b', after: ['a'] }, c: { work: 'echo c', after: ['b'] } })
  await site.trigger('crash')
  expect((await doomed.exited).signal).toBe('SIGKILL')
  await site.scheduler()
  expect((await site.ended('crash')).state).toBe('success')
  for (const task of Object.values(await site.tasks('crash'))) {
    expect(task).toMatchObject({ state: 'success', fence: 1, try_number: 1 })
    expect(await site.attempts(task)).toHaveLength(1)
  }
  expect(site.ledger.check()).toMatchObject({ startedTwice: [], overlaps: [], unended: [] })
  expect(site.ledger.started()).toHaveLength(3)
  await site.expectNothingLeft()
  await site.close()
}, 120_000)
