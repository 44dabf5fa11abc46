import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findCycles, topologicalOrder } from './order.js'

/** Tasks t0…tn with edges to lower numbers only: never a cycle. */
const acyclic = fc.integer({ min: 1, max: 30 }).chain(size =>
  fc.tuple(...Array.from({ length: size }, (_, index) => fc.uniqueArray(fc.nat(Math.max(0, index - 1)), { maxLength: Math.min(index, 4) })))
    .map(edges => new Map(edges.map((ups, index) => [`t${index}`, ups.filter(up => up < index).map(up => `t${up}`)]))))

describe('topological order', () => {
  it('puts every task after everything it waits for, and depends on nothing but the graph', () => {
    fc.assert(fc.property(acyclic, fc.array(fc.double({ noNaN: true }), { minLength: 30, maxLength: 30 }), (upstream, noise) => {
      const order = topologicalOrder(upstream)
      expect(order.toSorted()).toEqual([...upstream.keys()].sort())
      for (const [id, ups] of upstream) for (const up of ups) expect(order.indexOf(up)).toBeLessThan(order.indexOf(id))
      const keyed = [...upstream].map((entry, index) => ({ entry, key: noise[index] ?? 0 }))
      expect(topologicalOrder(new Map(keyed.sort((a, b) => a.key - b.key).map(({ entry }) => entry)))).toEqual(order)
    }))
  })

  it('orders a chain of twenty thousand tasks', () => {
    const chain = new Map(Array.from({ length: 20_000 }, (_, n) => [`t${n}`, n === 0 ? [] : [`t${n - 1}`]]))
    expect(topologicalOrder(chain).at(-1)).toBe('t19999')
    expect(findCycles(chain)).toEqual([])
  })
})

describe('cycles', () => {
  it('are not found where there are none', () => {
    fc.assert(fc.property(acyclic, upstream => { expect(findCycles(upstream)).toEqual([]) }))
  })

  it('are found wherever an edge closes one', () => {
    fc.assert(fc.property(acyclic, fc.nat(), fc.nat(), (upstream, a, b) => {
      const [low, high] = [a % upstream.size, b % upstream.size].sort((x, y) => x - y) as [number, number]
      fc.pre(low < high)
      const closed = new Map(upstream)
      closed.set(`t${low}`, [...(closed.get(`t${low}`) ?? []), `t${high}`])
      closed.set(`t${high}`, [...(closed.get(`t${high}`) ?? []), `t${low}`])
      const [cycle] = findCycles(closed)
      expect(cycle?.[0]).toBe(cycle?.at(-1))
      for (const [index, id] of (cycle ?? []).slice(1).entries()) expect(closed.get(id)).toContain(cycle?.[index])
    }))
  })

  it('that share no task are all named', () => {
    expect(findCycles(new Map([['a', ['b']], ['b', ['a']], ['x', ['y']], ['y', ['x']], ['z', ['x']]]))).toEqual([['a', 'b', 'a'], ['x', 'y', 'x']])
  })
})
