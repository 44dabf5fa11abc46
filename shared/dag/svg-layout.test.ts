import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DagSpec } from './model.js'
import { groupsOf, innermost } from './svg-groups.js'
import { layOut, type Box, type Layout } from './svg-layout.js'

/** Only what a layout reads of a specification. */
const specOf = (tasks: readonly { id: string; after: string[] }[]): DagSpec => ({ tasks }) as unknown as DagSpec

function place(spec: DagSpec): { layout: Layout; groups: Map<string, string | null> } {
  const groups = groupsOf(spec)
  const nodes = new Map(spec.tasks.map(({ id }) => [id, { width: 60 + (id.length * 37) % 140, height: 40 + (id.length * 11) % 30, group: innermost(id, groups) }]))
  return { layout: layOut({ nodes, groups, edges: spec.tasks.flatMap(({ id, after }) => after.map(up => [up, id] as const)) }), groups }
}

const right = ({ x, width }: Box): number => x + width / 2
const left = ({ x, width }: Box): number => x - width / 2
const overlap = (a: Box, b: Box): boolean => Math.abs(a.x - b.x) < (a.width + b.width) / 2 - 0.5 && Math.abs(a.y - b.y) < (a.height + b.height) / 2 - 0.5
const inside = (inner: Box, outer: Box): boolean =>
  Math.abs(inner.x - outer.x) <= (outer.width - inner.width) / 2 + 0.5 && Math.abs(inner.y - outer.y) <= (outer.height - inner.height) / 2 + 0.5

const spec: fc.Arbitrary<DagSpec> = fc.array(
  fc.record({ group: fc.constantFrom('', '', 'a.', 'b.', 'a.c.', 'b.c.'), ups: fc.uniqueArray(fc.nat(30), { maxLength: 3 }) }), { minLength: 1, maxLength: 25 },
).map(list => {
  const ids = list.map(({ group }, index) => `${group}t${index}`)
  return specOf(list.map(({ ups }, index) => ({ id: ids[index] as string, after: [...new Set(ups.filter(up => up < index))].map(up => ids[up] as string) })))
})

describe('the layout of any DAG', () => {
  it('puts every task right of what it waits for, and none over another', () => {
    fc.assert(fc.property(spec, given => {
      const { layout } = place(given)
      for (const { from, to } of layout.edges) expect(left(layout.nodes.get(to) as Box)).toBeGreaterThan(right(layout.nodes.get(from) as Box))
      const boxes = [...layout.nodes.values()]
      for (const [index, box] of boxes.entries()) for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).toBe(false)
    }), { numRuns: 300 })
  })

  it('draws around a group what is in it and nothing else', () => {
    fc.assert(fc.property(spec, given => {
      const { layout, groups } = place(given)
      for (const [group, box] of layout.groups) {
        for (const [id, node] of layout.nodes) {
          if (id.startsWith(`${group}.`)) expect(inside(node, box)).toBe(true)
          else expect(overlap(node, box)).toBe(false)
        }
        const around = groups.get(group)
        if (around !== null && around !== undefined) expect(inside(box, layout.groups.get(around) as Box)).toBe(true)
      }
    }), { numRuns: 300 })
  })
})
