import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { cancelBackfill } from '../../shared/operations/cancel-backfill.js'
import { startBackfill } from '../../shared/operations/backfill.js'
import { setPaused } from '../../shared/operations/set-paused.js'
import { findDag } from '../../shared/database/tables/dags.js'
import { bringForward, type TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { lockTaskInstances } from '../../shared/database/tables/waiting-instances.js'
import { waitKey } from '../../shared/planning/wait-key.js'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from '../scheduler/installation.js'
import { Hands } from './hands.js'

const dag = (id: string, schedule: string, ...tasks: readonly string[]): string => [`dag: ${id}`, `schedule: ${schedule}`, 'tasks:', ...tasks.map(line => `  ${line}`), ''].join('\n')
const FAR = 3_600_000

/** An instance that waits for `key` and would not look by itself before an hour has passed. */
async function sleeper(site: Installation, key: (dagKey: number) => string, target: string): Promise<() => Promise<TaskInstanceRow>> {
  const id = 'sleeper'
  if (await findDag(site.database, id) === undefined) await site.dag(dag(id, 'null', 't: { wait: { event: never } }'))
  const run = `sleeps-${randomUUID()}`
  await site.trigger(id, run)
  const row = await until(async () => { const task = (await site.tasks(id, run))['t']; return task?.wait_key === waitKey.event('never') && task })
  const { dag_key } = await findDag(site.database, target) ?? { dag_key: 0 }
  await site.database.query('task_instances').where({ ti_id: row.ti_id }).update({ wait_key: key(dag_key), due_at: Date.now() + FAR })
  return async () => (await site.tasks(id, run))['t'] as TaskInstanceRow
}

/** Its look came at once; after that it waits for its event again. */
const woken = (look: () => Promise<TaskInstanceRow>) => until(async () => (await look()).wait_key === waitKey.event('never'), { timeout: 5_000, describe: 'a look at what waits' })

describe.each(DIALECTS)('what people end, on %s,', dialect => {
  it('ends the waits for that run at once: cancelled while it runs', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('target', 'null', 'a: { image: none }'))
    const look = await sleeper(site, waitKey.runs, id)
    await site.trigger(id)
    await until(async () => (await site.tasks(id))['a']?.state === 'queued')
    await new Hands(site, id).cancelRuns()
    expect((await site.run(id))?.state).toBe('cancelled')
    await woken(look)
  })

  it('ends the waits for that run at once: cancelled before it began, alone and with its backfill', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('target', '"@daily"', 'a: { image: none }'))
    await setPaused(site.database, id, true)
    const look = await sleeper(site, waitKey.runs, id)
    await site.trigger(id)
    await new Hands(site, id).cancelRuns()
    await woken(look)

    const again = await sleeper(site, waitKey.runs, id)
    const { backfill } = await startBackfill(site.database, { dag: id, from: '2024-01-01', to: '2024-01-02', reprocess: 'none', maxActiveRuns: null, params: {}, backwards: false, by: 'ann' })
    await cancelBackfill(site.database, site.config(), backfill ?? 0, { by: 'ann', running: false })
    await woken(again)
  })

  it('ends the waits for a task and for its run at once: marked', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    const id = await site.dag(dag('target', 'null', 'a: { image: none }', 'b: { image: none, after: a }'))
    await site.trigger(id)
    await until(async () => (await site.tasks(id))['a']?.state === 'queued')
    const hands = new Hands(site, id)
    const task = await sleeper(site, waitKey.tasks, id)
    await hands.mark('success', { tasks: ['a'], force: true })
    await woken(task)
    const run = await sleeper(site, waitKey.runs, id)
    await until(async () => (await site.tasks(id))['b']?.state === 'queued')
    await hands.mark('success', { tasks: ['b'], force: true })
    expect((await site.run(id))?.state).toBe('success')
    await woken(run)
  })
})

describe('a look that is under way', () => {
  it('does not swallow what ends meanwhile', async () => {
    const site = await Installation.create('mysql')
    const scheduler = await site.scheduler()
    const id = await site.dag(dag('target', 'null', 'a: { image: none }'))
    const look = await sleeper(site, waitKey.runs, id)
    await scheduler.stop()
    const { ti_id } = await look()
    const key = (await look()).wait_key as string
    await site.database.query('task_instances').where({ ti_id }).update({ due_at: 1 })
    let bringing: Promise<number> = Promise.resolve(0)
    await site.database.transact('look', async tx => {
      await lockTaskInstances(tx, [ti_id])
      bringing = site.database.transact('bring-forward', other => bringForward(other, [key]))
      // Either it waits for the lock of this look by now, or it has come to its end without a word. Who asks more often than ten
      // times a second is given the same answer again.
      await Promise.race([bringing, until(async () => (await site.database.query('information_schema.innodb_trx').where({ trx_state: 'LOCK WAIT' })).length > 0, { interval: 250 })])
      await tx.query('task_instances').where({ ti_id }).update({ due_at: Date.now() + FAR })
    })
    expect(await bringing).toBe(1)
    expect((await look()).due_at).toBeLessThanOrEqual(Date.now())
  })
})
