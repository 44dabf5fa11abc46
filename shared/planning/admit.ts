import { graphOf } from '../dag/graph.js'
import { mappedTasks } from '../dag/mapping.js'
import type { DagSpec, MapSource, TaskSpec } from '../dag/model.js'
import { now, type Session } from '../database/database.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import { itemKey, readMapItems, type MapItem } from '../database/tables/map-items.js'
import { readResults } from '../database/tables/results.js'
import type { NewTaskInstance, TaskInstanceRow, Tallies, Transition } from '../database/tables/task-instances.js'
import { TaskState } from '../states/task-instance.js'
import { expand } from './expand.js'
import { isExpanded, withoutSource, type Sources } from './map-sources.js'
import { checkPast } from './past.js'
import { waitKey } from './wait-key.js'

/** An instance whose trigger rule lets it run. */
export interface Admittee {
  readonly row: TaskInstanceRow
  readonly before: Transition
  /** The tallies that it has by now: instances that a map adds begin with them. */
  readonly tallies: Tallies
  readonly task: TaskSpec
  readonly spec: DagSpec
  readonly run: RunRow
}

/** What becomes of it. */
export interface Admission {
  readonly transition: Transition
  /** The other instances of a map that has just been expanded. */
  readonly more: readonly NewTaskInstance[]
  /** Instances of an earlier expansion that were removed and are in the list again. */
  readonly back: readonly Transition[]
  readonly items: readonly MapItem[]
  /** By how much the number of instances that count grows. */
  readonly growth: number
}

/**
 * Time after which a task that waits for the run before looks by itself, milliseconds. It is woken when something ends
 * there, except by what ends in the second before every scheduler knows that it waits.
 */
const PAST_LOOK_MS = 2_500

/** The instances of a task as they stand by now, with what the transaction has decided but not written yet. */
export type InstancesOf = (runKey: number, taskIds: readonly string[]) => Promise<Sources>

/** Every row of a task, as it stands by now. */
export type RowsOf = (runKey: number, taskId: string) => readonly { readonly row: TaskInstanceRow; readonly known: Transition }[]

/** Lets instances run: expands maps, asks the run before, and sends each to where its kind is done. */
export async function admit(tx: Session, admittees: readonly Admittee[], instancesOf: InstancesOf, rowsOf: RowsOf): Promise<Admission[]> {
  const admissions: Admission[] = []
  const results = new Map<number, Promise<Readonly<Record<string, unknown>>>>()
  let time: Promise<number> | undefined
  const clock = (): Promise<number> => (time ??= now(tx))
  const again: Admittee[] = []
  for (const admittee of admittees) {
    const { row, task, run, spec } = admittee
    if (task.map === null) {
      admissions.push(only({ ...admittee.before, ...await place(tx, admittee, clock) }))
      continue
    }
    if (row.map_index >= 0) {
      again.push(admittee)
      continue
    }
    let known = results.get(run.run_key)
    if (known === undefined) results.set(run.run_key, (known = readResults(tx, run.run_key, spec.tasks.filter(({ result }) => result).map(({ id }) => id))))
    admissions.push(await expandMap(tx, admittee, await known, clock, instancesOf, rowsOf))
  }
  return [...admissions, ...await runAgain(tx, again, admissions, clock)]
}

/** Single instances of maps that were cleared. One that ran on while its map was cleared may have no place in the new list. */
async function runAgain(tx: Session, admittees: readonly Admittee[], admissions: readonly Admission[], clock: () => Promise<number>): Promise<Admission[]> {
  if (admittees.length === 0) return []
  const known = await readMapItems(tx, admittees.map(({ row }) => row))
  // The items of an expansion in this transaction are not written yet, and replace what was.
  const expanded = new Set(admissions.filter(({ items }) => items.length > 0).map(({ transition }) => `${transition.run_key}/${transition.task_id}`))
  const fresh = new Set(admissions.flatMap(({ items }) => items.map(itemKey)))
  const isInList = ({ row }: Admittee): boolean => (expanded.has(`${row.run_key}/${row.task_id}`) ? fresh : known).has(itemKey(row))
  return Promise.all(admittees.map(async admittee => (isInList(admittee)
    ? only({ ...admittee.before, ...await place(tx, admittee, clock) })
    : { ...only({ ...admittee.before, state: TaskState.skipped, reason: `the list has no element ${admittee.row.map_index} any more`, removed: true }), growth: -1 })))
}

type Placement = Pick<Transition, 'state' | 'reason' | 'due_at' | 'wait_key'>

/** Where an instance goes whose trigger rule lets it run: to the workers, to the scheduler's own waits, or into the wait for the run before. */
export async function place(tx: Session, { task, run, spec }: Pick<Admittee, 'task' | 'run' | 'spec'>, clock: () => Promise<number>): Promise<Placement> {
  if (task.dependsOnPast) {
    const past = await checkPast(tx, run, task, graphOf(spec))
    if (!past.ok) return { state: TaskState.upForReschedule, reason: `depends on past: ${past.because}`, due_at: await clock() + PAST_LOOK_MS, wait_key: waitKey.tasks(run.dag_key) }
  }
  return placementOf(task, clock)
}

/** The first state of an instance that waits for nothing any more. */
export async function placementOf(task: TaskSpec, clock: () => Promise<number>): Promise<Placement> {
  switch (task.kind) {
    case 'container':
    case 'process': return { state: TaskState.scheduled, reason: null, due_at: null, wait_key: null }
    case 'empty': return { state: TaskState.success, reason: null, due_at: null, wait_key: null }
    case 'wait':
    case 'trigger': return { state: TaskState.upForReschedule, reason: null, due_at: await clock(), wait_key: null }
  }
}

async function expandMap(tx: Session, admittee: Admittee, results: Readonly<Record<string, unknown>>, clock: () => Promise<number>, instancesOf: InstancesOf, rowsOf: RowsOf): Promise<Admission> {
  const { row, before, task, run, tallies } = admittee
  const map = task.map as NonNullable<TaskSpec['map']>
  const sources = await instancesOf(run.run_key, mappedTasks(map))
  const missing = withoutSource(sources, task.triggerRule)
  if (missing !== null) return only({ ...before, ...missing })
  const params = JSON.parse(run.params) as Record<string, unknown>
  const valueOf = (source: MapSource): unknown => {
    switch (source.kind) {
      // An instance that did not succeed has no result; when none did, the list is empty.
      case 'task': return source.task in results || !isExpanded(sources.get(source.task)) ? results[source.task] : []
      case 'param': return params[source.param]
      case 'list': return source.values
    }
  }
  const expansion = expand(map, valueOf)
  if (!expansion.ok) return only({ ...before, state: TaskState.failed, reason: expansion.problem.slice(0, 500) })
  const { items } = expansion
  if (items.length === 0) return only({ ...before, state: TaskState.skipped, reason: 'nothing to map over: the list is empty' })

  const placement = await place(tx, admittee, clock)
  const { run_key, dag_key, task_id, queue, broker_priority, lane_key } = row
  const others = rowsOf(run_key, task_id).filter(other => other.row.ti_id !== row.ti_id)
  const taken = new Set(others.map(other => other.row.map_index))
  const more = items.map((_, map_index) => map_index).filter(index => index > 0 && !taken.has(index))
    .map(map_index => ({ run_key, dag_key, task_id, map_index, queue, broker_priority, lane_key, ...placement, ...tallies }))
  const back = others.filter(other => other.row.is_removed === 1 && other.row.map_index < items.length).map(({ known }) => ({ ...known, ...placement, removed: false }))
  return {
    transition: { ...before, ...placement, map_index: 0 }, more, back, growth: more.length + back.length,
    items: items.map((value, map_index) => ({ run_key, task_id, map_index, value })),
  }
}

const only = (transition: Transition): Admission => ({ transition, more: [], back: [], items: [], growth: 0 })
