import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Selector } from '../../scheduler/dispatch/select.js'
import type { Database } from '../../shared/database/database.js'
import { Lanes } from '../../shared/planning/lanes.js'
import { DIALECTS, Installation } from './installation.js'

const DAGS = [{ limit: 3, paused: false }, { limit: 50, paused: false }, { limit: 50, paused: true }] as const
const POOL_SLOTS = 4
const LANES = [
  { dag: 0, pool: false, slots: 1 }, { dag: 1, pool: false, slots: 1 }, { dag: 1, pool: true, slots: 1 }, { dag: 1, pool: true, slots: 3 }, { dag: 0, pool: true, slots: 2 }, { dag: 2, pool: true, slots: 1 },
  { dag: 1, pool: true, slots: POOL_SLOTS + 1 },
] as const
const PARALLELISM = 12

interface Instance {
  readonly lane: number
  readonly weight: number
  readonly isActive: boolean
}

/** What may run, said without lanes: everything that waits is looked at, best first, and counted anew each time. */
function expected(all: readonly Instance[], batch: number): number[] {
  const active = all.filter(one => one.isActive)
  const chosen: number[] = []
  let isKept = false
  const order = all.map((one, index) => ({ one, index })).filter(({ one }) => !one.isActive).sort((a, b) => b.one.weight - a.one.weight || a.index - b.index)
  for (const { one, index } of order) {
    if (active.length >= PARALLELISM || chosen.length === batch) break
    const { dag, pool, slots } = LANES[one.lane] as (typeof LANES)[number]
    const { limit, paused } = DAGS[dag]
    if (paused || active.filter(other => LANES[other.lane]?.dag === dag).length >= limit) continue
    const used = active.reduce((sum, other) => sum + (LANES[other.lane]?.pool === true ? LANES[other.lane]?.slots ?? 0 : 0), 0)
    if (pool && (isKept || used + slots > POOL_SLOTS)) {
      isKept ||= slots <= POOL_SLOTS
      continue
    }
    active.push(one)
    chosen.push(index)
  }
  return chosen
}

async function fill(database: Database): Promise<(all: readonly Instance[]) => Promise<number[]>> {
  const { query } = database
  await query('pools').insert({ name: 'p', slots: POOL_SLOTS })
  await query('dags').insert(DAGS.map(({ limit, paused }, index) => ({ dag_id: `d${index}`, file: 'f', max_active_runs: 1, max_active_tasks: limit, is_paused: paused, updated_at: 0 })))
  const dags = await query('dags').orderBy('dag_id').pluck('dag_key') as number[]
  await query('dag_versions').insert(dags.map(dag_key => ({ dag_key, number: 1, hash: 'h', spec: '{}', created_at: 0 })))
  const versions = await query('dag_versions').orderBy('dag_key').pluck('version_key') as number[]
  await query('dag_runs').insert(dags.map((dag_key, index) => ({ dag_key, version_key: versions[index], run_id: 'r', type: 'manual', state: 'running', logical_date: 0, interval_start: 0, interval_end: 0, params: '{}', due_at: 0 })))
  const runs = await query('dag_runs').orderBy('dag_key').pluck('run_key') as number[]
  const laneKeys = await database.transact('lanes', tx => new Lanes().ensure(tx, LANES.map(({ dag, pool, slots }) => (
    { dag_key: dags[dag] as number, queue: 'q', pool: pool ? 'p' : null, pool_slots: slots, task_id: null, task_limit: null, run_key: null, map_limit: null }))))
  return async all => {
    await query('task_instances').delete()
    if (all.length > 0) await query('task_instances').insert(all.map(({ lane, weight, isActive }, index) => {
      const { dag } = LANES[lane] as (typeof LANES)[number]
      return { ti_id: index + 1, run_key: runs[dag], dag_key: dags[dag], task_id: `t${index}`, state: isActive ? 'running' : 'scheduled', queue: 'q', broker_priority: 1_000 - weight, lane_key: laneKeys[lane] }
    }))
    return all.map((_, index) => index + 1)
  }
}

it.each(DIALECTS)('dispatch on %s chooses what a look at everything that waits would choose, by either way', async dialect => {
  const site = await Installation.create(dialect)
  const write = await fill(site.database)
  const lanes = new Lanes()
  const anyInstance = fc.record({ lane: fc.nat({ max: LANES.length - 1 }), weight: fc.nat({ max: 4 }), isActive: fc.boolean() })
    .map((one): Instance => ({ ...one, isActive: one.isActive && one.weight === 0 }))
  const ways = { head: 0, lanes: 0 }
  await fc.assert(fc.asyncProperty(fc.array(anyInstance, { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), async (all, batch) => {
    await write(all)
    const selector = new Selector(lanes, { parallelism: PARALLELISM, batch })
    const select = async (): Promise<number[]> => (await site.database.transact('select', tx => selector.select(tx))).map(({ ti_id }) => ti_id - 1)
    const first = await select()
    expect(first).toEqual(expected(all, batch))
    // What met a full limit the first time asks lanes at once the second time.
    expect(await select()).toEqual(first)
    ways[first.length < Math.min(batch, all.filter(one => !one.isActive).length) ? 'lanes' : 'head'] += 1
  }), { numRuns: dialect === 'sqlite' ? 300 : 100 })
  expect(Math.min(ways.head, ways.lanes)).toBeGreaterThan(5)
}, 120_000)
