import { didYouMean } from './field.js'
import { mappedTasks } from './mapping.js'
import type { TaskSpec } from './model.js'
import { findCycles } from './order.js'
import { type Problems, type Subject } from './problems.js'

/** A task that has been read, before it is known whether its DAG holds together. */
export interface CompiledTask {
  readonly spec: TaskSpec
  readonly subject: Subject
  /** Whether its command was written as `shell`. */
  readonly shell: boolean
}

type CompiledTasks = ReadonlyMap<string, CompiledTask>

/** Upstream ids as far as they exist. */
export const upstreamOf = (tasks: CompiledTasks): Map<string, readonly string[]> =>
  new Map([...tasks].map(([id, { spec }]) => [id, spec.after.filter(up => tasks.has(up) && up !== id)]))

/** What is wrong between the tasks of a DAG, each of which may be right by itself. */
export function checkGraph(tasks: CompiledTasks, dag: Subject, problems: Problems): void {
  const downstream = new Set([...tasks.values()].flatMap(({ spec }) => spec.after))
  for (const [id, { spec, subject }] of tasks) {
    checkEdges(tasks, spec, subject, problems)
    checkSources(tasks, spec, subject, problems)
    if (spec.branch && !downstream.has(id)) problems.add(subject, ['branch'], `'branch' on ${subject.name} has nothing to choose from: no task waits for it`)
    if (spec.wait?.kind === 'dag' && spec.wait.dag === dag.dag && spec.wait.offset === 0) {
      problems.add(subject, ['wait', 'dag'], `'wait.dag' on ${subject.name} names its own DAG, and so its own run; give it an 'offset', or wait for a task with 'after'`)
    }
  }
  for (const cycle of findCycles(upstreamOf(tasks))) {
    const subject = tasks.get(cycle[0] as string)?.subject ?? dag
    problems.add(subject, ['after'], `the tasks of ${dag.name} wait for each other in a circle: ${cycle.join(' → ')}`)
  }
}

function checkEdges(tasks: CompiledTasks, { id, after }: TaskSpec, subject: Subject, problems: Problems): void {
  for (const up of after) {
    if (up === id) problems.add(subject, ['after'], `${subject.name} waits for itself`)
    else if (!tasks.has(up)) problems.add(subject, ['after'], `${subject.name} waits for '${up}', which is not a task of this DAG${didYouMean(up, tasks.keys())}`)
  }
}

function checkSources(tasks: CompiledTasks, { id, map }: TaskSpec, subject: Subject, problems: Problems): void {
  for (const source of mappedTasks(map)) {
    if (source === id || tasks.get(source)?.spec.result !== false) continue
    problems.add(subject, ['map'], `'map' on ${subject.name} is over task '${source}', which keeps no result; give that one 'result: true'`)
  }
}
