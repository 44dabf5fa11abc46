import { graphOf } from './graph.js'
import type { DagSpec, WeightRule } from './model.js'
import { reachOf, type Reach } from './reach.js'

/** How much a task weighs when slots are scarce, and why. */
export interface EffectiveWeight {
  /** Its own and what was added. May be more than a queue can express; who uses it bounds it. */
  readonly weight: number
  readonly own: number
  readonly added: number
  /** How many tasks added something, each once however many ways lead to it. A mapped task is one. */
  readonly tasks: number
  readonly rule: WeightRule
}

const known = new WeakMap<DagSpec, ReadonlyMap<string, EffectiveWeight>>()

/** The weight of every task, as Airflow's weight rules give it. Worked out once per specification object. */
export function effectiveWeights(spec: DagSpec): ReadonlyMap<string, EffectiveWeight> {
  let weights = known.get(spec)
  if (!weights) known.set(spec, (weights = build(spec)))
  return weights
}

function build(spec: DagSpec): ReadonlyMap<string, EffectiveWeight> {
  const { upstream, downstream } = graphOf(spec)
  const ids = spec.tasks.map(({ id }) => id)
  const own = new Map(spec.tasks.map(({ id, priorityWeight }) => [id, priorityWeight]))
  const isUsed = (rule: WeightRule): boolean => spec.tasks.some(({ weightRule }) => weightRule === rule)
  const added: Record<WeightRule, ReadonlyMap<string, Reach>> = {
    downstream: isUsed('downstream') ? reachById(ids, downstream, own) : new Map(),
    // The order of execution, read backwards, is an order for the edges read backwards.
    upstream: isUsed('upstream') ? reachById(ids.toReversed(), upstream, own) : new Map(),
    absolute: new Map(),
  }
  return new Map(spec.tasks.map(({ id, priorityWeight, weightRule }) => {
    const { weight = 0, count = 0 } = added[weightRule].get(id) ?? {}
    return [id, { weight: priorityWeight + weight, own: priorityWeight, added: weight, tasks: count, rule: weightRule }]
  }))
}

function reachById(ids: readonly string[], edges: ReadonlyMap<string, readonly string[]>, own: ReadonlyMap<string, number>): Map<string, Reach> {
  const positions = new Map(ids.map((id, position) => [id, position]))
  const next = ids.map(id => (edges.get(id) ?? []).map(other => positions.get(other) as number))
  const reach = reachOf(next, ids.map(id => own.get(id) as number))
  return new Map(ids.map((id, position) => [id, reach[position] as Reach]))
}

/** The weight with its derivation: `45 = 10 + 35 of 7 tasks downstream`. */
export function weightText({ weight, own, added, tasks, rule }: EffectiveWeight): string {
  return tasks === 0 ? String(weight) : `${weight} = ${own} + ${added} of ${tasks} ${tasks === 1 ? 'task' : 'tasks'} ${rule}`
}
