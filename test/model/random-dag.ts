import fc from 'fast-check'
import { TRIGGER_RULES } from '../../shared/dag/model.js'
import type { MapOver, ModelDag, ModelTask, Told } from './graph.js'
import { outcomes, TooManyWays } from './reference.js'

const told = fc.oneof({ weight: 6, arbitrary: fc.constant<Told>('success') }, { weight: 2, arbitrary: fc.constant<Told>('failed') }, { weight: 2, arbitrary: fc.constant<Told>('skipped') })
const rule = fc.oneof({ weight: 5, arbitrary: fc.constant('all_success' as const) }, { weight: 10, arbitrary: fc.constantFrom(...TRIGGER_RULES) })
const list = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 })

/** What is drawn for a task; numbers are taken modulo what there is to choose from. */
const seed = fc.record({
  role: fc.constantFrom('plain', 'plain', 'plain', 'plain', 'plain', 'empty', 'branch', 'short circuit', 'map', 'map'),
  picks: fc.array(fc.nat({ max: 1_000 }), { maxLength: 4 }),
  rule, list, ends: fc.array(told, { minLength: 1, maxLength: 3 }),
  over: fc.constantFrom('list', 'param', 'task', 'task'), source: fc.nat({ max: 1_000 }),
  gives: fc.oneof({ weight: 9, arbitrary: list as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: fc.constant<unknown>({ not: 'a list' }) }),
  follows: fc.constantFrom('one', 'some', 'none', 'all', 'wrong'), chance: fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }),
})
type Seed = typeof seed extends fc.Arbitrary<infer S> ? S : never

/** DAGs of 1 to 14 tasks, each with its script, whose possible outcomes the reference can list. */
export const randomDag: fc.Arbitrary<ModelDag> = fc.record({ seeds: fc.array(seed, { minLength: 1, maxLength: 14, size: 'max' }), items: list })
  .map(({ seeds, items }) => ({ tasks: choose(connect(seeds), seeds), items })).filter(isTractable)

function connect(seeds: readonly Seed[]): ModelTask[] {
  const sources = new Set<string>()
  const tasks = seeds.map(({ role, picks, ends, gives, ...more }, index): ModelTask => {
    const earlier = (pick: number): string => `t${pick % index}`
    const canGive = Array.from({ length: index }, (_, i) => `t${i}`).filter(id => ['plain', 'map', 'short circuit'].includes(seeds[Number(id.slice(1))]?.role ?? ''))
    const map: MapOver | null = role !== 'map' ? null
      : more.over === 'task' && canGive.length > 0 ? { kind: 'task', task: canGive[more.source % canGive.length] as string }
        : more.over === 'param' ? { kind: 'param' } : { kind: 'list', values: more.list }
    if (map?.kind === 'task') sources.add(map.task)
    const after = index === 0 ? [] : picks.map(earlier)
    return {
      id: `t${index}`, rule: more.rule, ends, map, result: gives, keepsResult: false, isEmpty: role === 'empty', isBranch: role === 'branch', isShortCircuit: role === 'short circuit',
      after: [...new Set([...after, ...(map?.kind === 'task' ? [map.task] : [])])].sort(),
    }
  })
  return tasks.map(task => ({ ...task, keepsResult: sources.has(task.id) }))
}

/** Gives each branch something to follow; one with nothing downstream is a plain task. */
function choose(tasks: readonly ModelTask[], seeds: readonly Seed[]): ModelTask[] {
  return tasks.map((task, index) => {
    if (!task.isBranch) return task
    const downstream = tasks.filter(({ after }) => after.includes(task.id)).map(({ id }) => id)
    const { follows, chance, source } = seeds[index] as Seed
    if (downstream.length === 0) return { ...task, isBranch: false }
    const result = {
      one: downstream[source % downstream.length], some: downstream.filter((_, position) => chance[position] === true), none: null, all: downstream, wrong: ['nowhere'],
    }[follows]
    return { ...task, result: result ?? null }
  })
}

function isTractable(dag: ModelDag): boolean {
  try {
    outcomes(dag)
    return true
  } catch (error) {
    if (error instanceof TooManyWays) return false
    throw error
  }
}
