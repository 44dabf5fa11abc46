import type { TriggerRule } from '../../shared/dag/model.js'
import type { End } from './rules.js'

/** What the script makes of an instance that runs. */
export type Told = Extract<End, 'success' | 'failed' | 'skipped'>

export type MapOver =
  | { readonly kind: 'list'; readonly values: readonly unknown[] }
  | { readonly kind: 'param' }
  | { readonly kind: 'task'; readonly task: string }

/** A task of a random DAG, with what is scripted to happen to it. */
export interface ModelTask {
  readonly id: string
  readonly after: readonly string[]
  readonly rule: TriggerRule
  readonly isEmpty: boolean
  readonly isBranch: boolean
  readonly isShortCircuit: boolean
  readonly map: MapOver | null
  readonly keepsResult: boolean
  /** How its instances end, by map index; starts over when there are more instances. */
  readonly ends: readonly Told[]
  /** What it writes when it succeeds; an instance of a map writes its index. */
  readonly result: unknown
}

/** In an order in which every task comes after those that it waits for. */
export interface ModelDag {
  readonly tasks: readonly ModelTask[]
  /** `params.items` of the run. */
  readonly items: readonly unknown[]
}

export const endOf = ({ ends }: ModelTask, mapIndex: number): Told => ends[Math.max(0, mapIndex) % ends.length] as Told

export const resultOf = ({ map, result }: ModelTask, mapIndex: number): unknown => (map === null ? result : mapIndex)

/** A YAML document; JSON is YAML. */
export function documentOf({ tasks }: ModelDag, id: string): string {
  const written = tasks.map(task => [task.id, {
    ...(task.isEmpty ? { kind: 'empty' } : { image: 'none', result: task.keepsResult }),
    after: task.after, triggerRule: task.rule,
    ...(task.isBranch && { branch: true, result: true }),
    ...(task.isShortCircuit && { shortCircuit: true }),
    ...(task.map !== null && { map: task.map.kind === 'list' ? task.map.values : task.map.kind === 'param' ? 'params.items' : task.map.task }),
  }])
  return JSON.stringify({ dag: id, schedule: null, maxActiveTasks: 100, params: { items: { type: 'array', default: [] } }, tasks: Object.fromEntries(written) })
}
