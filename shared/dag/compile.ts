import { hashOf } from './canonical.js'
import { DAG_FIELDS } from './dag-fields.js'
import { completeDag, idProblem } from './dag.js'
import type { DagDraft, KeyPath } from './draft.js'
import { didYouMean } from './field.js'
import { reachable } from './graph.js'
import type { DagProblem, DagSpec, DagVersion, TaskSpec } from './model.js'
import { findCycles, topologicalOrder } from './order.js'
import { pathText, Problems, readFields, type Subject } from './problems.js'
import { completeTask } from './task.js'
import { TASK_FIELDS } from './task-fields.js'
import { isTemplate } from './template-engine.js'
import { checkTemplate, mapTemplates } from './templates.js'
import { LATER_DAG_KEYS, LATER_TASK_KEYS } from './vocabulary.js'

export type Compilation = { readonly ok: true; readonly version: DagVersion } | { readonly ok: false; readonly problems: readonly DagProblem[] }

const { after: _, ...DEFAULTS_FIELDS } = TASK_FIELDS

interface CompiledTask {
  readonly spec: TaskSpec
  readonly subject: Subject
  /** Whether its command was written as `shell`. */
  readonly shell: boolean
}

/** Turns a draft into the canonical form, or into everything that is wrong with it. */
export function compileDag(draft: DagDraft): Compilation {
  const problems = new Problems()
  const id = typeof draft.id === 'string' ? draft.id : null
  const subject: Subject = { name: id === null ? 'the DAG' : `DAG '${id}'`, dag: id, task: null, locate: draft.locate }
  const wrongId = idProblem('a DAG', draft.id)
  if (wrongId !== null) problems.add(subject, ['dag'], wrongId)

  const values = readFields(DAG_FIELDS, draft.options, subject, LATER_DAG_KEYS, problems)
  const dag = completeDag(id ?? '', values, subject, problems)
  const tasks = compileTasks(draft, values.defaults, subject, problems)
  checkEdges(tasks, subject, problems)
  checkTemplates([...tasks.values()], Object.keys(dag.params), problems)

  if (problems.any) return { ok: false, problems: problems.list() }
  const order = topologicalOrder(upstreamOf(tasks))
  const spec: DagSpec = { ...dag, tasks: order.map(task => (tasks.get(task) as CompiledTask).spec) }
  return { ok: true, version: { spec, hash: hashOf(spec) } }
}

function compileTasks(draft: DagDraft, defaults: unknown, dag: Subject, problems: Problems): Map<string, CompiledTask> {
  const tasks = new Map<string, CompiledTask>()
  if (draft.tasks.length === 0) problems.add(dag, ['tasks'], `${dag.name} has no tasks`)
  const locateDefault = (path: KeyPath) => dag.locate(['defaults', ...path])
  const defaultsSubject: Subject = { ...dag, name: `the defaults of ${dag.name}`, locate: locateDefault }
  const shared = readFields(DEFAULTS_FIELDS, defaults ?? {}, defaultsSubject, LATER_TASK_KEYS, problems)
  for (const task of draft.tasks) {
    const id = typeof task.id === 'string' ? task.id : ''
    const subject: Subject = { name: `task '${id}'`, dag: dag.dag, task: id, locate: task.locate }
    const wrongId = idProblem('a task', task.id)
    if (wrongId !== null) problems.add(subject, [], wrongId)
    else if (tasks.has(id)) problems.add(subject, [], `${dag.name} has two tasks '${id}'; give one of them another id`)
    const own = readFields(TASK_FIELDS, task.options, subject, LATER_TASK_KEYS, problems)
    const after = [...new Set([...(own.after ?? []), ...task.after])].sort()
    const stated = new Set([...keysOf(defaults), ...keysOf(task.options)])
    const spec = completeTask({ id, own, shared, stated, after }, subject, problems)
    const shell = own.shell !== undefined || (own.command === undefined && shared.shell !== undefined)
    if (!tasks.has(id)) tasks.set(id, { spec, subject, shell })
  }
  return tasks
}

const keysOf = (options: unknown): string[] => (typeof options === 'object' && options !== null ? Object.keys(options) : [])

const upstreamOf = (tasks: ReadonlyMap<string, CompiledTask>): Map<string, readonly string[]> =>
  new Map([...tasks].map(([id, { spec }]) => [id, spec.after.filter(up => tasks.has(up) && up !== id)]))

function checkEdges(tasks: ReadonlyMap<string, CompiledTask>, dag: Subject, problems: Problems): void {
  for (const [id, { spec, subject }] of tasks) {
    for (const up of spec.after) {
      if (up === id) problems.add(subject, ['after'], `${subject.name} waits for itself`)
      else if (!tasks.has(up)) problems.add(subject, ['after'], `${subject.name} waits for '${up}', which is not a task of this DAG${didYouMean(up, tasks.keys())}`)
    }
  }
  for (const cycle of findCycles(upstreamOf(tasks))) {
    const subject = tasks.get(cycle[0] as string)?.subject ?? dag
    problems.add(subject, ['after'], `the tasks of ${dag.name} wait for each other in a circle: ${cycle.join(' → ')}`)
  }
}

function checkTemplates(tasks: readonly CompiledTask[], params: readonly string[], problems: Problems): void {
  const upstream = new Map(tasks.map(({ spec }) => [spec.id, spec.after]))
  const withResult = new Set(tasks.filter(({ spec }) => spec.result).map(({ spec }) => spec.id))
  for (const { spec, subject, shell } of tasks) {
    // Asked for by few templates, and a walk over the graph for each task that does.
    const names = { params, get results() { return [...reachable(upstream, [spec.id])].filter(id => withResult.has(id)) } }
    mapTemplates(spec, (text, place) => {
      if (!isTemplate(text)) return text
      const path = shell && place[0] === 'command' ? ['shell'] : place
      for (const problem of checkTemplate(text, names)) {
        problems.add(subject, path, `'${pathText(path)}' on ${subject.name}: ${problem}`)
      }
      return text
    })
  }
}
