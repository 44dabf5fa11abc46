import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LaneRow } from '../database/tables/lanes.js'
import { roomIn, Usage, type LimitsInForce } from './usage.js'

const lane = (lane_key: number, more: Partial<LaneRow> = {}): LaneRow =>
  ({ lane_key, dag_key: 1, queue: 'q', pool: null, pool_slots: 1, task_id: null, task_limit: null, run_key: null, map_limit: null, ...more })
const limits = (more: Partial<LimitsInForce> = {}): LimitsInForce =>
  ({ parallelism: 10, dags: new Map([[1, { dag_id: 'one', max_active_tasks: 8, is_paused: 0 }]]), pools: new Map([['p', 4]]), queues: new Map(), ...more })

describe('room', () => {
  it('is what the narrowest limit leaves, in whole instances', () => {
    const large = lane(1, { pool: 'p', pool_slots: 3 })
    expect(new Usage(limits(), []).roomOf(large)).toBe(1)
    expect(new Usage(limits(), [{ lane: lane(2, { pool: 'p' }), active: 2 }]).roomOf(large)).toBe(0)
    expect(new Usage(limits({ queues: new Map([['q', 0]]) }), []).roomOf(lane(1))).toBe(0)
  })

  it('is none in a paused DAG, an unknown DAG and a pool that does not exist', () => {
    const paused = limits({ dags: new Map([[1, { dag_id: 'one', max_active_tasks: 8, is_paused: 1 }]]) })
    expect(new Usage(paused, []).roomOf(lane(1))).toBe(0)
    expect(new Usage(limits(), []).roomOf(lane(1, { dag_key: 2 }))).toBe(0)
    expect(new Usage(limits(), []).roomOf(lane(1, { pool: 'gone' }))).toBe(0)
  })

  it('is not below none when a limit was lowered under what runs', () => {
    expect(new Usage(limits({ parallelism: 1 }), [{ lane: lane(1), active: 5 }]).roomOf(lane(1))).toBe(0)
  })
})

describe('free slots', () => {
  const large = lane(1, { pool: 'p', pool_slots: 3 })
  const small = lane(2, { pool: 'p' })

  it('are kept for what needs more of them than are free, and only from its own pool', () => {
    const usage = new Usage(limits(), [{ lane: small, active: 2 }])
    expect(usage.isShortOfSlots(large)).toBe(true)
    usage.keepSlots(large)
    expect([usage.roomOf(small), usage.roomOf(lane(3))]).toEqual([0, 6])
  })

  it('are not kept for what could not run anyway', () => {
    const usage = new Usage(limits({ queues: new Map([['closed', 0]]) }), [{ lane: small, active: 2 }])
    expect(usage.isShortOfSlots(lane(3, { pool: 'p', pool_slots: 5 }))).toBe(false)
    expect(usage.isShortOfSlots(lane(3, { pool: 'p', pool_slots: 3, queue: 'closed' }))).toBe(false)
    expect(usage.isShortOfSlots(small)).toBe(false)
  })
})

it('agrees with counting every active instance anew', () => {
  const anyLane = fc.record({
    dag_key: fc.integer({ min: 1, max: 2 }), queue: fc.constantFrom('q', 'r'), pool: fc.constantFrom(null, 'p', 'o'), pool_slots: fc.integer({ min: 1, max: 3 }),
    task_id: fc.constantFrom('a', 'b'), task_limit: fc.option(fc.integer({ min: 1, max: 3 })), run_key: fc.integer({ min: 1, max: 2 }), map_limit: fc.option(fc.integer({ min: 1, max: 3 })),
  }).map((one): LaneRow => ({ ...one, lane_key: 0, pool_slots: one.pool === null ? 1 : one.pool_slots, task_id: one.task_limit === null && one.map_limit === null ? null : one.task_id, run_key: one.map_limit === null ? null : one.run_key }))
  const anyLimits = fc.record({ parallelism: fc.integer({ min: 1, max: 12 }), one: fc.integer({ min: 1, max: 6 }), two: fc.integer({ min: 1, max: 6 }), p: fc.integer({ min: 0, max: 6 }), r: fc.integer({ min: 0, max: 4 }) })
  fc.assert(fc.property(fc.array(anyLane, { maxLength: 40 }), anyLimits, (wanted, { parallelism, one, two, p, r }) => {
    const inForce: LimitsInForce = {
      parallelism, dags: new Map([[1, { dag_id: 'one', max_active_tasks: one, is_paused: 0 }], [2, { dag_id: 'two', max_active_tasks: two, is_paused: 0 }]]), pools: new Map([['p', p]]), queues: new Map([['r', r]]),
    }
    const active: LaneRow[] = []
    const usage = new Usage(inForce, [])
    for (const next of wanted) {
      const keeps = obeys([...active, next], inForce)
      expect(usage.roomOf(next) >= 1).toBe(keeps)
      expect(Math.min(...usage.limitsOf(next).map(roomIn))).toBe(usage.roomOf(next))
      if (!keeps) continue
      usage.take(next)
      active.push(next)
      expect(new Usage(inForce, active.map(other => ({ lane: other, active: 1 }))).roomOf(next)).toBe(usage.roomOf(next))
    }
  }), { numRuns: 500 })
})

/** Whether these instances may be active together, the newest last: it is the one whose own limits are asked. */
function obeys(active: readonly LaneRow[], { parallelism, dags, pools, queues }: LimitsInForce): boolean {
  const next = active.at(-1) as LaneRow
  const among = (is: (lane: LaneRow) => boolean): LaneRow[] => active.filter(is)
  return active.length <= parallelism
    && among(({ dag_key }) => dag_key === next.dag_key).length <= (dags.get(next.dag_key)?.max_active_tasks ?? 0)
    && among(({ queue }) => queue === next.queue).length <= (queues.get(next.queue) ?? Infinity)
    && (next.pool === null || among(({ pool }) => pool === next.pool).reduce((sum, { pool_slots }) => sum + pool_slots, 0) <= (pools.get(next.pool) ?? 0))
    && (next.task_limit === null || among(({ dag_key, task_id }) => dag_key === next.dag_key && task_id === next.task_id).length <= next.task_limit)
    && (next.map_limit === null || among(({ run_key, task_id }) => run_key === next.run_key && task_id === next.task_id).length <= next.map_limit)
}
