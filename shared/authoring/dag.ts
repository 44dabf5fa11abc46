import type { DagDraft } from '../dag/draft.js'
import type { DagOptions } from '../dag/vocabulary.js'
import { DagBuilder, type TaskScope } from './group.js'
import { callerPosition } from './position.js'

/** Shared by every copy of this package, so that DAGs made by a library with a copy of its own are known too. */
const DRAFT = Symbol.for('longshore.dag.draft')

/** A DAG. Export it from a file in the DAG folder: by default, by name, or in an array. */
export interface Dag {
  readonly id: string
  readonly [DRAFT]: DagDraft
}

export type DefineDag = (id: string, options: DagOptions, build: (d: TaskScope) => void) => Dag

export const isDag = (value: unknown): value is Dag => typeof value === 'object' && value !== null && DRAFT in value

export const draftOf = (dag: Dag): DagDraft => dag[DRAFT]

/** Makes the `dag` function; `onDag` hears of every DAG that is defined, exported or not. */
export function defineDagWith(onDag: (dag: Dag) => void): DefineDag {
  /**
   * Describes a DAG. Nothing runs here: tasks describe containers that workers start later.
   * @param id Unique in the installation; letters, digits, `.`, `_` and `-`.
   * @param build Called once, at once, to add the tasks.
   */
  return function dag(id, options, build) {
    const position = callerPosition(dag)
    const builder = new DagBuilder()
    build(builder)
    for (const group of builder.groups) group.resolve()
    const draft: DagDraft = { id, options, tasks: builder.tasks.map(task => task.draft()), locate: () => position }
    const defined: Dag = { id, [DRAFT]: draft }
    onDag(defined)
    return defined
  }
}
