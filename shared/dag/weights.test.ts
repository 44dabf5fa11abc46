import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileDag } from './compile.js'
import { graphOf, reachable } from './graph.js'
import type { DagSpec, WeightRule } from './model.js'
import { effectiveWeights, weightText } from './weights.js'

interface Node {
  readonly after?: readonly string[]
  readonly priorityWeight?: number
  readonly weightRule?: WeightRule
}

function spec(tasks: Readonly<Record<string, Node>>): DagSpec {
  const locate = () => ({ file: 'weights.ts', line: 1, column: 1 })
  const compiled = compileDag({
    id: 'w', options: { defaults: { image: 'i' } }, locate,
    tasks: Object.entries(tasks).map(([id, options]) => ({ id, options, after: [], locate })),
  })
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join('\n'))
  return compiled.version.spec
}

const weightsOf = (tasks: Readonly<Record<string, Node>>): Record<string, number> =>
  Object.fromEntries([...effectiveWeights(spec(tasks))].map(([id, { weight }]) => [id, weight]))

describe('the weight of a task', () => {
  it('is its own and that of everything downstream, each counted once', () => {
    expect(weightsOf({ a: { priorityWeight: 10 }, b: { after: ['a'], priorityWeight: 2 }, c: { after: ['a'], priorityWeight: 3 }, d: { after: ['b', 'c'], priorityWeight: 5 } }))
      .toEqual({ a: 20, b: 7, c: 8, d: 5 })
  })

  it('is its own and that of everything upstream under the rule upstream, its own alone under absolute', () => {
    const rule = (weightRule: WeightRule) => ({ a: { weightRule, priorityWeight: 10 }, b: { weightRule, after: ['a'] }, c: { weightRule, after: ['a'] }, d: { weightRule, after: ['b', 'c'] } })
    expect(weightsOf(rule('upstream'))).toEqual({ a: 10, b: 11, c: 11, d: 13 })
    expect(weightsOf(rule('absolute'))).toEqual({ a: 10, b: 1, c: 1, d: 1 })
  })

  it('is told with its derivation', () => {
    const weights = effectiveWeights(spec({ a: { priorityWeight: 10 }, b: { after: ['a'], priorityWeight: 30 }, c: { after: ['b'], priorityWeight: 5 }, d: { after: ['c'], weightRule: 'upstream' } }))
    expect([...weights.values()].map(weightText)).toEqual(['46 = 10 + 36 of 3 tasks downstream', '36 = 30 + 6 of 2 tasks downstream', '6 = 5 + 1 of 1 task downstream', '46 = 1 + 45 of 3 tasks upstream'])
    expect(weightText({ weight: 5, own: 5, added: 0, tasks: 0, rule: 'downstream' })).toBe('5')
  })

  it('is what walking the whole graph for each task gives, for any graph', () => {
    const graph = fc.integer({ min: 1, max: 90 }).chain(size => fc.record({
      edges: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: size * 3 }),
      weights: fc.array(fc.nat(1_000), { minLength: size, maxLength: size }),
      rules: fc.array(fc.constantFrom<WeightRule>('downstream', 'upstream', 'absolute'), { minLength: size, maxLength: size }),
    }))
    fc.assert(fc.property(graph, ({ edges, weights, rules }) => {
      const tasks = Object.fromEntries(weights.map((priorityWeight, index) => [`t${index}`, {
        priorityWeight, weightRule: rules[index] as WeightRule, after: edges.filter(([from, to]) => to === index && from < to).map(([from]) => `t${from}`),
      }]))
      const dag = spec(tasks)
      const { upstream, downstream } = graphOf(dag)
      for (const [id, { weight, added, tasks: count }] of effectiveWeights(dag)) {
        const { priorityWeight, weightRule } = tasks[id] as Required<Node>
        const others = weightRule === 'absolute' ? [] : [...reachable(weightRule === 'downstream' ? downstream : upstream, [id])]
        const sum = others.reduce((total, other) => total + (tasks[other]?.priorityWeight ?? 0), 0)
        expect({ weight, added, count }).toEqual({ weight: priorityWeight + sum, added: sum, count: others.length })
      }
    }), { numRuns: 300 })
  })
})

describe('ten thousand tasks are weighed in a moment', () => {
  const id = (index: number): string => `t${String(index).padStart(5, '0')}`
  const many = (after: (index: number) => number[]): DagSpec => {
    const task = spec({ a: {} }).tasks[0] as DagSpec['tasks'][number]
    return { ...spec({ a: {} }), tasks: Array.from({ length: 10_000 }, (_, index) => ({ ...task, id: id(index), priorityWeight: index % 7, after: after(index).map(id) })) }
  }

  it.each<[string, (index: number) => number[]]>([
    ['a chain', index => (index === 0 ? [] : [index - 1])],
    ['none wait for another', () => []],
    ['all wait for one', index => (index === 0 ? [] : [0])],
    ['one waits for all', index => (index < 9_999 ? [] : Array.from({ length: 9_999 }, (_, up) => up))],
    ['one, all the others, one', index => (index === 0 ? [] : index < 9_999 ? [0] : Array.from({ length: 9_998 }, (_, up) => up + 1))],
    ['a ladder of two', index => (index < 2 ? [] : [index - 1, index - 2])],
    ['layers of a hundred, each waiting for ten of the layer before', index => (index < 100 ? [] : Array.from({ length: 10 }, (_, n) => Math.floor(index / 100 - 1) * 100 + ((index + n * 7) % 100)).sort())],
  ])('%s', (_shape, after) => {
    const dag = many(after)
    graphOf(dag)
    const start = performance.now()
    effectiveWeights(dag)
    const took = performance.now() - start
    expect(took).toBeLessThan(1_000)
  })
})
