import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { expect, it } from 'vitest'
import { counted, counter, FaultSite } from '../faults/site.js'
import { tempDir } from '../harness/temp-dir.js'
import { Blocks, openShell, shows } from '../harness/typed.js'
import { until } from '../harness/wait.js'

const blocks = new Blocks('run')

/** Types the blocks of a heading of docs/operations/backup.md, which all have to succeed and to show what the page shows. */
async function openPage(site: FaultSite) {
  const { port, pathname } = new URL(site.databaseUrl)
  const folder = tempDir('backup')
  const options = join(folder, 'client.cnf')
  writeFileSync(options, `[client]\nhost=127.0.0.1\nport=${port}\nuser=root\n`)
  const type = await openShell({ ...site.environment, MYCNF: options, DATABASE: pathname.slice(1), BACKUP: join(folder, 'longshore.sql.gz'), REDIS: site.redis.url })
  const typed = async (heading: string, ...which: readonly number[]): Promise<void> => {
    for (const { text, expected } of blocks.take('backup.md', heading, ...which)) {
      const { code, output } = await type(text)
      expect({ text, code, output }).toMatchObject({ code: 0 })
      if (expected !== null) expect(shows(output, expected), output).toBe(true)
    }
  }
  const drop = async (): Promise<void> => {
    const server = await createConnection({ host: '127.0.0.1', port: Number(port), user: 'root' })
    await server.query(`DROP DATABASE ${pathname.slice(1)}`)
    await server.end()
  }
  return { typed, drop }
}

it('a database that is dumped, dropped and restored as docs/operations/backup.md says loses no task and repeats none, nor does an emptied Redis', async () => {
  const site = await FaultSite.open()
  const { typed, drop } = await openPage(site)
  const scheduler = await site.scheduler()
  const worker = await site.worker()
  // Tasks that have ended, run, wait for another, and wait for a place when the dump is made; and some that end while there is no database.
  await site.dag('before', { done: { work: 'true' } })
  await site.dag('across', { short: { work: counter(15) }, long: { work: counter(60) }, next: { work: 'echo next', after: ['short', 'long'] } })
  await site.dag('crowd', Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`t${at}`, { work: counter(5) }])))
  await site.trigger('before')
  expect((await site.ended('before')).state).toBe('success')
  await site.trigger('across')
  await until(async () => Object.values(await site.tasks('across')).filter(({ state }) => state === 'running').length === 2, { timeout: 30_000, describe: 'both to run' })
  await site.trigger('crowd')
  await until(async () => Object.values(await site.tasks('crowd')).some(({ state }) => state === 'running'), { timeout: 30_000, describe: 'the crowd to begin' })

  await scheduler.terminate()
  const ended = (): number => site.ledger.entries().filter(({ type: what }) => what === 'end').length
  const before = ended()
  await typed('Dump')
  await drop()
  // Tasks end meanwhile: nobody takes it down.
  await until(() => ended() > before, { timeout: 30_000, describe: 'tasks to end without a database' })
  await typed('Restore')
  const restored = await site.scheduler()

  await typed('Redis is lost', 0)
  await restored.waitForLog('Redis has forgotten', { timeout: 30_000 })
  for (const dag of ['across', 'crowd']) expect((await site.ended(dag)).state, dag).toBe('success')
  for (const dag of ['before', 'across', 'crowd']) for (const task of Object.values(await site.tasks(dag))) expect(task, dag).toMatchObject({ fence: 1, try_number: 1, infra_losses: 0 })
  expect(site.ledger.check()).toMatchObject({ startedTwice: [], overlaps: [], unended: [] })
  expect(site.ledger.started()).toHaveLength(1 + 3 + 12)
  expect(await site.log('across', 'long')).toEqual(counted(60))
  await typed('Redis is lost', 1)
  expect(blocks.left().filter(block => block.startsWith('backup.md'))).toEqual([])
  await site.expectNothingLeft()
  expect([restored.running, worker.running]).toEqual([true, true])
  await site.close()
}, 300_000)

it('a database that is lost goes on from an older dump: what ran then runs again, once more and without a try', async () => {
  const site = await FaultSite.open()
  const { typed, drop } = await openPage(site)
  const scheduler = await site.scheduler()
  const worker = await site.worker()
  await site.dag('old', { done: { work: 'true' }, runs: { work: counter(40), after: ['done'] }, next: { work: 'true', after: ['runs'] } })
  await site.trigger('old')
  await until(async () => (await site.tasks('old'))['runs']?.state === 'running', { timeout: 60_000, describe: 'the task to run' })
  await typed('Dump')
  expect((await site.ended('old')).state).toBe('success')

  // In the order of the page: nothing runs any more, the dump, an empty Redis, workers that remember nothing.
  await scheduler.terminate()
  await worker.terminate()
  await drop()
  await typed('Restore')
  await typed('Redis is lost', 0)
  await site.scheduler()
  await site.worker({ LONGSHORE_STATE_DIR: tempDir('state') })
  expect((await site.ended('old', 'manual', { timeout: 120_000 })).state).toBe('success')
  const { done, runs, next } = await site.tasks('old')
  expect([done, runs, next]).toMatchObject([{ fence: 1, try_number: 1 }, { fence: 2, try_number: 1 }, { try_number: 1, infra_losses: 0 }])
  const count = (task: typeof runs): number => site.ledger.started().filter(attempt => attempt.startsWith(`${task?.ti_id}.`)).length
  expect([count(done), count(runs), count(next)]).toEqual([1, 2, 2])
  await site.close()
}, 300_000)
