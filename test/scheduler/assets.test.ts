import { describe, expect, it } from 'vitest'
import { rows } from '../../shared/database/database.js'
import { insertAssetEvents } from '../../shared/database/tables/asset-events.js'
import { listRuns, type RunListRow } from '../../shared/database/tables/dag-runs.js'
import { readAssets, updateAsset } from '../../shared/operations/assets.js'
import { setPaused } from '../../shared/operations/set-paused.js'
import { wakeSchedulers } from '../../shared/operations/wake-schedulers.js'
import { until } from '../harness/wait.js'
import { DIALECTS, Installation } from './installation.js'

const makes = (id: string, asset: string, head: readonly string[] = []): string =>
  [`dag: ${id}`, ...head, 'tasks:', `  make: { image: none, outlets: [${asset}] }`, ''].join('\n')
const needs = (id: string, assets: string, when: 'all' | 'any' = 'all', head: readonly string[] = []): string =>
  [`dag: ${id}`, `schedule: { assets: [${assets}], when: ${when} }`, ...head, 'tasks:', '  use: { image: none }', ''].join('\n')

const runsOf = (site: Installation, dagId: string): Promise<RunListRow[]> => listRuns(site.database, { dagId, limit: 1_000 })

async function update(site: Installation, ...assets: string[]): Promise<void> {
  for (const asset of assets) await updateAsset(site.database, { asset, by: 'ann', reason: null })
  await wakeSchedulers(site.config())
}

/** Waits until a DAG has as many runs, all of which have ended. */
const settled = (site: Installation, dagId: string, count: number): Promise<RunListRow[]> => until(async () => {
  const runs = await runsOf(site, dagId)
  return runs.length >= count && runs.every(({ ended_at }) => ended_at !== null) && runs
}, { describe: `${count} runs of ${dagId}` })

describe.each(DIALECTS)('assets on %s', dialect => {
  it('start a run when all of them were updated, which says why and spans the intervals of its sources', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker()
    await site.dag(makes('sales', 'sales'))
    await site.dag(makes('stock', 'stock'))
    await site.dag(needs('report', 'sales, stock'))
    await site.trigger('sales')
    await site.ended('sales')
    await update(site, 'sales')
    expect(await runsOf(site, 'report')).toEqual([])
    await site.trigger('stock')
    const [run] = await settled(site, 'report', 1)
    const sources = [...await runsOf(site, 'sales'), ...await runsOf(site, 'stock')]
    expect(run).toMatchObject({
      type: 'asset', state: 'success', interval_start: Math.min(...sources.map(one => one.interval_start)), interval_end: Math.max(...sources.map(one => one.interval_end)),
      reason: 'updated: sales (2 times, last by ann), stock (stock/manual/make)',
    })
    expect(run?.run_id).toBe(`asset__${new Date(run?.logical_date ?? 0).toISOString()}`)
    await update(site, 'sales')
    await site.trigger('sales', 'again')
    await site.ended('sales', 'again')
    expect(await runsOf(site, 'report')).toHaveLength(1)
  })

  it('start a run when any of them was updated, when told so', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker()
    await site.dag(needs('report', 'a, b', 'any'))
    await update(site, 'a')
    const [first] = await settled(site, 'report', 1)
    expect(first).toMatchObject({ reason: 'updated: a (ann)', interval_start: first?.logical_date, interval_end: first?.logical_date })
    await update(site, 'b')
    expect(await settled(site, 'report', 2)).toMatchObject([{ reason: 'updated: b (ann)' }, {}])
  })

  it('make one run of many updates: those during a pause, and those while a run waits to start', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    let finish = (): void => {}
    const gate = new Promise<void>(resolve => { finish = resolve })
    const worker = site.worker({ answer: async () => { await gate; return {} } })
    await site.dag(needs('report', 'a', 'any', ['maxActiveRuns: 1']))
    await setPaused(site.database, 'report', true)
    await update(site, 'a', 'a', 'a')
    expect(await runsOf(site, 'report')).toEqual([])
    await setPaused(site.database, 'report', false)
    await wakeSchedulers(site.config())
    await until(() => worker.jobs.length === 1)
    await update(site, 'a')
    await until(async () => (await runsOf(site, 'report')).length === 2)
    await update(site, 'a', 'a', 'a')
    await wakeSchedulers(site.config())
    finish()
    const runs = await settled(site, 'report', 3)
    expect(runs.map(({ reason }) => reason)).toEqual(['updated: a (3 times, last by ann)', 'updated: a (ann)', 'updated: a (3 times, last by ann)'])
  })

  it('carry on through a chain of three DAGs within a second', async () => {
    const site = await Installation.create(dialect)
    await site.scheduler()
    site.worker()
    await site.dag(makes('one', 'a'))
    await site.dag(makes('two', 'b', ['schedule: { assets: [a] }']))
    await site.dag(needs('three', 'b'))
    await site.trigger('one', 'warm')
    await settled(site, 'three', 1)
    const began = Date.now()
    await site.trigger('one', 'measured')
    const [run] = await settled(site, 'three', 2)
    expect((run?.ended_at ?? 0) - began).toBeLessThan(4_500)
  })
})

describe('assets', () => {
  it('make no run for what happened before a DAG was scheduled on them', async () => {
    const site = await Installation.create('sqlite')
    await site.scheduler()
    site.worker()
    await site.dag(makes('one', 'a'))
    await site.trigger('one', 'early')
    await site.ended('one', 'early')
    await site.dag(needs('report', 'a'))
    await site.trigger('one', 'late')
    expect(await settled(site, 'report', 1)).toMatchObject([{ reason: 'updated: a (one/late/make)' }])
  })

  it('make one run for each update, however many schedulers look', async () => {
    const site = await Installation.create('mysql')
    for (let i = 0; i < 3; i += 1) await site.scheduler()
    site.worker()
    const ids = await Promise.all(Array.from({ length: 5 }, (_, i) => site.dag(needs(`report${i}`, 'a'))))
    for (let round = 1; round <= 8; round += 1) {
      await update(site, 'a')
      for (const id of ids) expect(await settled(site, id, round)).toHaveLength(round)
    }
  }, 60_000)

  it('lose no update whose transaction ends after that of a later one', async () => {
    const site = await Installation.create('mysql')
    await site.scheduler()
    site.worker()
    await site.dag(needs('report', 'a'))
    let commit = (): void => {}
    const held = new Promise<void>(resolve => { commit = resolve })
    let isWritten = false
    const early = site.database.transact('early', async tx => {
      await insertAssetEvents(tx, [{ asset: 'a', ti_id: null, run_key: null, source: 'early' }])
      isWritten = true
      await held
    })
    await until(() => isWritten)
    let isToldToo = false
    const late = update(site, 'a').then(() => { isToldToo = true })
    const isBlocked = async (): Promise<boolean> => (await rows(site.database, `SELECT 1 FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE '%locks%assets%' AND id <> CONNECTION_ID()`)).length > 0
    await until(async () => isToldToo ? (await runsOf(site, 'report')).length === 1 : isBlocked())
    commit()
    await Promise.all([early, late])
    await wakeSchedulers(site.config())
    const told = async (): Promise<number> => (await runsOf(site, 'report')).reduce((sum, { reason }) => sum + Number(/(\d+) times/.exec(reason ?? '')?.[1] ?? 1), 0)
    await until(async () => await told() === 2)
  })

  it('are listed with what makes them and what they start, and unknown ones are refused', async () => {
    const site = await Installation.create('sqlite')
    await site.scheduler()
    await site.dag(makes('one', 'warehouse.sales'))
    await site.dag(needs('report', 'warehouse.sales, stock'))
    await expect(updateAsset(site.database, { asset: 'stok', by: 'ann', reason: null })).rejects.toMatchObject({ code: 'LS_ASSET_NOT_FOUND', message: `no DAG names an asset 'stok'; did you mean 'stock'?` })
    expect(await updateAsset(site.database, { asset: 'stock', by: 'ann', reason: 'counted by hand' })).toEqual(['report'])
    expect(await readAssets(site.database)).toMatchObject([
      { asset: 'stock', last: { source: 'ann: counted by hand' }, producers: [], subscribers: ['report'] },
      { asset: 'warehouse.sales', last: null, producers: ['one/make'], subscribers: ['report'] },
    ])
  })
})
