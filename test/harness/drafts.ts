import { compileDag } from '../../shared/dag/compile.js'
import type { DagDraft } from '../../shared/dag/draft.js'
import type { DagProblem, DagSpec, TaskSpec } from '../../shared/dag/model.js'

type Tasks = Readonly<Record<string, unknown>>

/** A DAG with image 'i' for its tasks; the DAG stands in line 1, its tasks in the lines after. */
const draft = (options: Readonly<Record<string, unknown>>, tasks: Tasks): DagDraft => ({
  id: 'team.load', options: { defaults: { image: 'i' }, ...options }, locate: () => ({ file: 'load.ts', line: 1, column: 1 }),
  tasks: Object.entries(tasks).map(([id, keys], index) => ({ id, options: keys, after: [], locate: () => ({ file: 'load.ts', line: index + 2, column: 3 }) })),
})

export function problemsOf(tasks: Tasks, options: Readonly<Record<string, unknown>> = {}): readonly DagProblem[] {
  const compiled = compileDag(draft(options, tasks))
  return compiled.ok ? [] : compiled.problems
}

export const messagesOf = (tasks: Tasks, options?: Readonly<Record<string, unknown>>): string[] => problemsOf(tasks, options).map(({ message }) => message)

export function specOf(tasks: Tasks, options: Readonly<Record<string, unknown>> = {}): DagSpec {
  const compiled = compileDag(draft(options, tasks))
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join('\n'))
  return compiled.version.spec
}

/** The canonical form of one task among others. */
export function taskOf(id: string, tasks: Tasks, options?: Readonly<Record<string, unknown>>): TaskSpec {
  const task = specOf(tasks, options).tasks.find(other => other.id === id)
  if (!task) throw new Error(`there is no task '${id}'`)
  return task
}
