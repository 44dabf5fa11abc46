import type { DagDraft } from './draft.js'
import type { DagProblem } from './model.js'

/** A problem for every DAG of a file whose id another one before it has. */
export function repeatedDags(drafts: readonly DagDraft[]): DagProblem[] {
  return drafts.filter(({ id }, index) => typeof id === 'string' && drafts.findIndex(other => other.id === id) < index).map(({ id, locate }) => ({
    ...locate(['dag']), dag: id as string, task: null, message: `this file has two DAGs '${id as string}'; give one of them another id`,
  }))
}
