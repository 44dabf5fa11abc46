import { describe, expect, it } from 'vitest'
import { backlogOf, type PoolWorker } from './backlog.js'

const worker = (pool: string | null, queues: string[], slots: number, isInService = true): PoolWorker => ({ pool, queues, slots, isInService })
const perSlot = (...args: Parameters<typeof backlogOf>) => backlogOf(...args).map(({ pool, perSlot: value }) => [pool, value])

describe('the backlog of a pool', () => {
  it('is what waits or runs for each slot, so that busy slots without a queue are no reason to shrink', () => {
    expect(perSlot([{ queue: 'etl', waiting: 8, active: 4 }], [worker('etl', ['etl'], 2), worker('etl', ['etl'], 2)])).toEqual([['etl', 3]])
    expect(perSlot([{ queue: 'etl', waiting: 0, active: 4 }], [worker('etl', ['etl'], 4)])).toEqual([['etl', 1]])
  })

  it('counts no slots of what drains or is away, and goes on with tasks when there are none', () => {
    expect(perSlot([{ queue: 'etl', waiting: 8, active: 0 }], [worker('etl', ['etl'], 4), worker('etl', ['etl'], 4, false)])).toEqual([['etl', 2]])
    expect(perSlot([{ queue: 'etl', waiting: 8, active: 0 }], [worker('etl', ['etl'], 4, false)])).toEqual([['etl', 8]])
  })

  it('shares out a queue that several pools serve, by their slots', () => {
    expect(perSlot([{ queue: 'both', waiting: 12, active: 0 }, { queue: 'ml', waiting: 4, active: 0 }], [worker('etl', ['both'], 8), worker('ml', ['both', 'ml'], 4)])).toEqual([['etl', 1], ['ml', 2]])
  })

  it('has no pool that no worker names', () => {
    expect(backlogOf([{ queue: 'etl', waiting: 8, active: 0 }], [worker(null, ['etl'], 4)])).toEqual([])
  })
})
