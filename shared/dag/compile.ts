import { hashOf } from './canonical.js'
import { checkGraph, upstreamOf, type CompiledTask } from './checks.js'
import { DAG_FIELDS } from './dag-fields.js'
import { completeDag, type DagValues } from './dag.js'
import type { DagDraft, KeyPath } from './draft.js'
import { idProblem, RESERVED_PREFIX } from './ids.js'
import { mappedTasks, resolveMap } from './mapping.js'
import type { DagProblem, DagSpec, DagVersion } from './model.js'
import { topologicalOrder } from './order.js'
import { Problems, readFields, type Subject } from './problems.js'
import { completeTask, type TaskValues } from './task.js'
import { DEFAULTS_FIELDS, NOT_IN_DEFAULTS, TASK_FIELDS } from './task-fields.js'
import { checkTemplates } from './template-checks.js'
import { LATER_DAG_KEYS, LATER_TASK_KEYS } from './vocabulary.js'

export type Compilation = { readonly ok: true; readonly version: DagVersion } | { readonly ok: false; readonly problems: readonly DagProblem[] }

/** Turns a draft into the canonical form, or into everything that is wrong with it. */
export function compileDag(draft: DagDraft): Compilation {
  const problems = new Problems()
  const id = typeof draft.id === 'string' ? draft.id : null
  const subject: Subject = { name: id === null ? 'the DAG' : `DAG '${id}'`, dag: id, task: null, locate: draft.locate }
  const wrongId = idProblem('a DAG', draft.id)
  if (wrongId !== null) problems.add(subject, ['dag'], wrongId)
  else if (id?.startsWith(RESERVED_PREFIX)) problems.add(subject, ['dag'], `the id '${id}' is reserved: Longshore's own DAGs begin with '${RESERVED_PREFIX}'`)

  const values = readFields(DAG_FIELDS, draft.options, subject, LATER_DAG_KEYS, problems)
  const dag = completeDag(id ?? '', values, subject, problems)
  const tasks = compileTasks(draft, values, dag.params, subject, problems)
  checkGraph(tasks, subject, problems)
  checkTemplates([...tasks.values()], Object.keys(dag.params), problems)

  if (problems.any) return { ok: false, problems: problems.list() }
  const order = topologicalOrder(upstreamOf(tasks))
  const spec: DagSpec = { ...dag, tasks: order.map(task => (tasks.get(task) as CompiledTask).spec) }
  return { ok: true, version: { spec, hash: hashOf(spec) } }
}

function compileTasks(draft: DagDraft, values: DagValues, params: DagSpec['params'], dag: Subject, problems: Problems): Map<string, CompiledTask> {
  const tasks = new Map<string, CompiledTask>()
  if (draft.tasks.length === 0) problems.add(dag, ['tasks'], `${dag.name} has no tasks`)
  const shared = sharedValues(values, dag, problems)
  const known = { tasks: new Set(draft.tasks.map(({ id }) => String(id))), params }
  for (const task of draft.tasks) {
    const id = typeof task.id === 'string' ? task.id : ''
    const subject: Subject = { name: `task '${id}'`, dag: dag.dag, task: id, locate: task.locate }
    const wrongId = idProblem('a task', task.id)
    if (wrongId !== null) problems.add(subject, [], wrongId)
    else if (tasks.has(id)) problems.add(subject, [], `${dag.name} has two tasks '${id}'; give one of them another id`)
    const own = readFields(TASK_FIELDS, task.options, subject, LATER_TASK_KEYS, problems)
    const map = own.map === undefined ? null : resolveMap(own.map, known, subject, problems)
    const after = [...new Set([...(own.after ?? []), ...task.after, ...mappedTasks(map)])].sort()
    const stated = new Set([...keysOf(values.defaults), ...keysOf(task.options)])
    const spec = completeTask({ id, own, shared, stated, after, map }, subject, problems)
    const shell = own.shell !== undefined || (own.command === undefined && shared.shell !== undefined)
    if (!tasks.has(id)) tasks.set(id, { spec, subject, shell })
  }
  return tasks
}

/** What the DAG gives to every task: its `defaults`, and below them its own `dependsOnPast` and `waitForDownstream`. */
function sharedValues({ defaults, dependsOnPast, waitForDownstream }: DagValues, dag: Subject, problems: Problems): TaskValues {
  const subject: Subject = { ...dag, name: `the defaults of ${dag.name}`, locate: (path: KeyPath) => dag.locate(['defaults', ...path]) }
  return {
    ...(dependsOnPast !== undefined && { dependsOnPast }),
    ...(waitForDownstream !== undefined && { waitForDownstream }),
    ...readFields(DEFAULTS_FIELDS, defaults ?? {}, subject, { ...LATER_TASK_KEYS, ...NOT_IN_DEFAULTS }, problems),
  }
}

const keysOf = (options: unknown): string[] =>
  typeof options === 'object' && options !== null ? Object.entries(options).filter(([, value]) => value !== undefined).map(([key]) => key) : []
