import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FRESH, nodesFor, type PoolLook, type ScaleState } from './autoscale.js'

const TIMES = { warmup: 60_000, calm: 120_000 }
const look = (more: Partial<PoolLook>): PoolLook => ({ perSlot: 1, nodes: 1, min: 1, max: 4, aim: 1, now: 0, ...more })

describe('the number of nodes of a pool', () => {
  it('grows at once to what the backlog needs, within its bounds', () => {
    expect(nodesFor(look({ perSlot: 3 }), FRESH, TIMES).nodes).toBe(3)
    expect(nodesFor(look({ perSlot: 40 }), FRESH, TIMES).nodes).toBe(4)
    expect(nodesFor(look({ nodes: 7 }), FRESH, TIMES).nodes).toBe(4)
    expect(nodesFor(look({ nodes: 0, perSlot: 0 }), FRESH, TIMES).nodes).toBe(1)
    expect(nodesFor(look({ nodes: 0, min: 0, perSlot: 5 }), FRESH, TIMES).nodes).toBe(4)
  })

  it('waits for nodes that come before it asks for more', () => {
    const { state } = nodesFor(look({ perSlot: 2 }), FRESH, TIMES)
    expect(nodesFor(look({ perSlot: 2, nodes: 2, now: 59_999 }), state, TIMES).nodes).toBe(2)
    expect(nodesFor(look({ perSlot: 2, nodes: 2, now: 60_000 }), state, TIMES).nodes).toBe(4)
  })

  it('stays while every slot is busy, however little waits, and while it trembles', () => {
    for (const perSlot of [0.91, 1, 1.09]) expect(nodesFor(look({ perSlot, nodes: 3, now: 1e9 }), { changedAt: 0, lowSince: null }, TIMES).nodes).toBe(3)
  })

  it('shrinks node by node after a calm, never below what runs needs', () => {
    let state: ScaleState = FRESH
    let nodes = 4
    const history: number[] = []
    for (let now = 0; now <= 600_000; now += 30_000) {
      ;({ nodes, state } = nodesFor(look({ perSlot: 2 / nodes, nodes, now }), state, TIMES))
      history.push(nodes)
    }
    expect(history.slice(0, 4)).toEqual([4, 4, 4, 4])
    expect(nodes).toBe(2)
    expect(history.every((count, index) => index === 0 || (history[index - 1] ?? 0) - count <= 1)).toBe(true)
  })

  it('is always within its bounds, and a calm is broken by any need', () => {
    const looks = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 1, maxLength: 60 })
    fc.assert(fc.property(looks, all => {
      let [state, nodes]: [ScaleState, number] = [FRESH, 1]
      all.forEach((perSlot, index) => {
        const before = nodes
        ;({ nodes, state } = nodesFor(look({ perSlot, nodes, now: index * 10_000 }), state, TIMES))
        expect(nodes).toBeGreaterThanOrEqual(1)
        expect(nodes).toBeLessThanOrEqual(4)
        if (perSlot >= 0.9) expect(nodes).toBeGreaterThanOrEqual(before)
      })
    }))
  })
})
