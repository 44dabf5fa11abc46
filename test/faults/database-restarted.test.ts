import { expect, it } from 'vitest'
import { startMariadb } from '../harness/mariadb.js'
import { lasting } from '../harness/wait.js'
import { FaultSite } from './site.js'

it('MariaDB killed and restarted under load costs a pause: every task runs once and every result counts', async () => {
  const mariadb = await startMariadb()
  const site = await FaultSite.open((await mariadb.createDatabase()).url)
  const scheduler = await site.scheduler()
  const worker = await site.worker()
  const chain = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`t${i}`, { work: 'sleep 0.2', after: i < 4 ? [] : [`t${i - 4}`] }]))
  await site.dag('loaded', chain)
  for (let run = 0; run < 3; run += 1) await site.trigger('loaded', `run${run}`)
  await lasting(1_500)
  await mariadb.kill()
  await lasting(1_500)
  await mariadb.restart()
  for (let run = 0; run < 3; run += 1) {
    expect((await site.ended('loaded', `run${run}`, { timeout: 80_000 })).state).toBe('success')
    for (const task of Object.values(await site.tasks('loaded', `run${run}`))) expect(task).toMatchObject({ state: 'success', fence: 1, try_number: 1 })
  }
  expect(site.ledger.check()).toMatchObject({ startedTwice: [], overlaps: [], unended: [] })
  expect(site.ledger.started()).toHaveLength(36)
  await site.expectNothingLeft()
  expect([scheduler.running, worker.running]).toEqual([true, true])
  await site.close()
}, 180_000)
