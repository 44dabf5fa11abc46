import { graphOf, reachable } from '../dag/graph.js'
import type { DagSpec, TaskSpec } from '../dag/model.js'
import type { Session } from '../database/database.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import type { MapItem } from '../database/tables/map-items.js'
import { readResults } from '../database/tables/results.js'
import { unchanged, type NewTaskInstance, type Tallies, type TaskInstanceRow, type Transition } from '../database/tables/task-instances.js'
import { isActive, isTerminal, TaskState, type TerminalState } from '../states/task-instance.js'
import { admit, type Admittee, type InstancesOf, type RowsOf } from './admit.js'
import { branchChoice, skippedByBranch } from './branch.js'
import { decide } from './decide.js'
import { nameOf, Rows, type Named } from './rows.js'
import { addTallies, NO_TALLIES, tallyOf } from './tallies.js'

/** A run whose task instances change: locked, with its version of the DAG. */
export interface LockedRun {
  readonly run: RunRow
  readonly spec: DagSpec
}

export interface Propagation {
  /** The transitions given, with the tallies they gain, and those that follow from them: one for each instance. */
  readonly transitions: readonly Transition[]
  /** Instances that maps added. */
  readonly inserts: readonly NewTaskInstance[]
  readonly items: readonly MapItem[]
  /** Whether something may be dispatched that could not be before. */
  readonly scheduled: boolean
  /** Runs in which nothing that was affected is left to do: only these can have ended. */
  readonly maybeDone: readonly number[]
}

/** Instances of a task that ended alike. */
interface Ended extends Named {
  readonly state: TerminalState
  readonly count: number
}

/** From this depth on a chain of consequences reads its whole run at once instead of one query per level. */
const LEVEL_BY_LEVEL = 3

/**
 * Carries the ends of task instances to their downstream tasks: counts them, decides each trigger rule, expands maps, skips
 * what a branch does not follow, and goes on with what ends by that. Reads only what the ends affect, and writes nothing.
 * `touched` are tasks that must be decided although nothing upstream of them ended: they were cleared, or their run starts.
 */
export async function propagate(tx: Session, runs: ReadonlyMap<number, LockedRun>, given: readonly Transition[], touched: readonly Named[] = []): Promise<Propagation> {
  const rows = new Rows(tx)
  const transitions = new Map(given.map(transition => [transition.ti_id, transition]))
  const inserts = new Map<string, readonly NewTaskInstance[]>()
  const items: MapItem[] = []
  let scheduled = false

  const instancesOf: InstancesOf = async (runKey, taskIds) => {
    const names = taskIds.map(taskId => ({ runKey, taskId }))
    await rows.load(names, false)
    const counted = (name: Named): readonly Transition[] => rowsOf(runKey, name.taskId).filter(({ row, known }) => !(known.removed ?? row.is_removed === 1)).map(({ known }) => known)
    return new Map(names.map(name => [name.taskId, [...counted(name), ...inserts.get(nameOf(name)) ?? []]]))
  }
  const rowsOf: RowsOf = (runKey, taskId) => rows.get({ runKey, taskId }).map(row => ({ row, known: transitions.get(row.ti_id) ?? unchanged(row) }))

  const ends = given.flatMap(endOf)
  const excluded = new Map([...await excludedByEnds(tx, runs, given), ...await excludedBefore(tx, rows, runs, touched)])
  let frontier: readonly Ended[] = ends
  let growth: readonly Growth[] = []
  let asked: readonly Named[] = touched
  for (let level = 0; frontier.length + growth.length + asked.length > 0 || (level === 0 && excluded.size > 0); level += 1) {
    const affected = affectedBy(runs, frontier, growth, level === 0 ? [...asked, ...[...excluded.values()].map(({ name }) => name)] : asked)
    await rows.load(affected.map(({ name }) => name), level >= LEVEL_BY_LEVEL)
    const ended: Ended[] = []
    const admittees: Admittee[] = []
    const settle = (after: Transition): void => {
      transitions.set(after.ti_id, after)
      if (isTerminal(after.state)) {
        if (after.from !== after.state && after.removed !== true) ended.push({ runKey: after.run_key, taskId: after.task_id, state: after.state, count: 1 })
      } else if (after.state !== after.from && after.state === TaskState.scheduled) scheduled = true
    }
    for (const { name, delta } of affected) {
      const { run, spec } = runs.get(name.runKey) as LockedRun
      const task = graphOf(spec).tasks.get(name.taskId)
      for (const row of rows.get(name)) {
        const known = transitions.get(row.ti_id) ?? unchanged(row)
        const before = delta === NO_TALLIES ? known : { ...known, tallies: addTallies(known.tallies ?? NO_TALLIES, delta) }
        if (before.state !== TaskState.none || task === undefined) {
          transitions.set(row.ti_id, before)
          continue
        }
        const tallies = addTallies(row, before.tallies ?? NO_TALLIES)
        const verdict = verdictOf(task, tallies, excluded.get(nameOf(name))?.reason)
        if (verdict === 'run') admittees.push({ row, before, tallies, task, spec, run })
        else settle({ ...before, ...verdict })
      }
      const added = delta === NO_TALLIES ? undefined : inserts.get(nameOf(name))
      if (added) inserts.set(nameOf(name), added.map(instance => ({ ...instance, ...addTallies({ ...NO_TALLIES, ...instance }, delta) })))
    }
    const grown: Growth[] = []
    for (const { transition, more, back, items: added, growth: by } of await admit(tx, admittees, instancesOf, rowsOf)) {
      settle(transition)
      for (const one of back) settle(one)
      items.push(...added)
      if (by !== 0) grown.push({ runKey: transition.run_key, taskId: transition.task_id, by })
      if (more.length === 0) continue
      inserts.set(nameOf({ runKey: transition.run_key, taskId: transition.task_id }), more)
      if (isTerminal(transition.state)) ended.push({ runKey: transition.run_key, taskId: transition.task_id, state: transition.state, count: more.length })
    }
    frontier = ended
    growth = grown
    asked = []
  }
  const concerned = new Set([...ends.map(end => end.runKey), ...touched.map(({ runKey }) => runKey)])
  // Only now: what still waited at one level may have ended at the next.
  const open = new Set([...transitions.values()].filter(({ state }) => !isTerminal(state)).map(({ run_key }) => run_key))
  return { transitions: [...transitions.values()], inserts: [...inserts.values()].flat(), items, scheduled, maybeDone: [...concerned].filter(runKey => !open.has(runKey)) }
}

const endOf = ({ run_key, task_id, state, from }: Transition): Ended[] =>
  (isTerminal(state) && state !== from ? [{ runKey: run_key, taskId: task_id, state, count: 1 }] : [])

/** Instances that a map added to a task, or took out of it. */
interface Growth extends Named {
  readonly by: number
}

interface Affected {
  readonly name: Named
  readonly delta: Tallies
}

function affectedBy(runs: ReadonlyMap<number, LockedRun>, ended: readonly Ended[], growth: readonly Growth[], asked: readonly Named[]): Affected[] {
  const affected = new Map<string, Affected>()
  const add = (runKey: number, taskId: string, delta: Tallies): void => {
    const name = { runKey, taskId }
    const known = affected.get(nameOf(name))
    affected.set(nameOf(name), { name, delta: known === undefined || known.delta === NO_TALLIES ? delta : delta === NO_TALLIES ? known.delta : addTallies(known.delta, delta) })
  }
  const downstream = ({ runKey, taskId }: Named): readonly string[] => graphOf((runs.get(runKey) as LockedRun).spec).downstream.get(taskId) ?? []
  for (const name of asked) add(name.runKey, name.taskId, NO_TALLIES)
  for (const grown of growth) for (const id of downstream(grown)) add(grown.runKey, id, { ...NO_TALLIES, up_total: grown.by })
  for (const end of ended) for (const id of downstream(end)) add(end.runKey, id, tallyOf(end.state, end.count))
  return [...affected.values()]
}

/** What an instance in state none becomes by now, as far as it can be said without a look at the database. */
function verdictOf(task: TaskSpec, tallies: Tallies, exclusion: string | undefined): 'run' | Partial<Pick<Transition, 'state' | 'reason'>> {
  if (exclusion !== undefined) return { state: TaskState.skipped, reason: exclusion }
  const { verdict, because } = decide(task, tallies)
  switch (verdict) {
    case 'run': return 'run'
    case 'wait': return {}
    default: return { state: verdict, reason: because }
  }
}

interface Exclusion {
  readonly name: Named
  readonly reason: string
}

const exclusion = (runKey: number, taskId: string, reason: string): readonly [string, Exclusion] => [nameOf({ runKey, taskId }), { name: { runKey, taskId }, reason }]

/** Tasks that the branches and short circuits among these ends skip, whatever their trigger rules. */
async function excludedByEnds(tx: Session, runs: ReadonlyMap<number, LockedRun>, given: readonly Transition[]): Promise<(readonly [string, Exclusion])[]> {
  const found: (readonly [string, Exclusion])[] = []
  for (const { run_key, task_id, from, state } of given) {
    if (state === from || !isTerminal(state)) continue
    const { spec } = runs.get(run_key) as LockedRun
    const task = graphOf(spec).tasks.get(task_id)
    if (task?.shortCircuit === true && state === TaskState.skipped && isActive(from)) {
      for (const id of reachable(graphOf(spec).downstream, [task_id])) found.push(exclusion(run_key, id, shortCircuited(task_id)))
    }
    if (task?.branch === true && state === TaskState.success) found.push(...await notFollowed(tx, run_key, spec, task_id))
  }
  return found
}

/** The same of branches and short circuits that ended earlier, for tasks that are decided again. */
async function excludedBefore(tx: Session, rows: Rows, runs: ReadonlyMap<number, LockedRun>, touched: readonly Named[]): Promise<(readonly [string, Exclusion])[]> {
  const found: (readonly [string, Exclusion])[] = []
  for (const runKey of new Set(touched.map(name => name.runKey))) {
    const { spec } = runs.get(runKey) as LockedRun
    const graph = graphOf(spec)
    const gates = spec.tasks.filter(({ branch, shortCircuit }) => branch || shortCircuit)
    if (gates.length === 0) continue
    await rows.load(gates.map(({ id }) => ({ runKey, taskId: id })), true)
    const again = new Set(touched.filter(name => name.runKey === runKey).map(({ taskId }) => taskId))
    for (const { id, branch, shortCircuit } of gates) {
      const instances: readonly TaskInstanceRow[] = rows.get({ runKey, taskId: id })
      // One that was skipped without having run did not break the circuit.
      if (shortCircuit && instances.some(({ state, fence, is_removed }) => state === TaskState.skipped && fence > 0 && is_removed !== 1)) {
        for (const down of reachable(graph.downstream, [id])) if (again.has(down)) found.push(exclusion(runKey, down, shortCircuited(id)))
      }
      if (branch && instances.some(({ state }) => state === TaskState.success)) {
        found.push(...(await notFollowed(tx, runKey, spec, id)).filter(([, { name }]) => again.has(name.taskId)))
      }
    }
  }
  return found
}

const shortCircuited = (taskId: string): string => `short-circuited by '${taskId}'`

/** A branch that was marked a success by hand has no result: everything follows. */
async function notFollowed(tx: Session, runKey: number, spec: DagSpec, taskId: string): Promise<(readonly [string, Exclusion])[]> {
  const results = await readResults(tx, runKey, [taskId])
  if (!Object.hasOwn(results, taskId)) return []
  const choice = branchChoice(graphOf(spec).downstream.get(taskId) ?? [], results[taskId])
  if (!choice.ok) return []
  return skippedByBranch(graphOf(spec), taskId, choice.follow).map(id => exclusion(runKey, id, `not followed by branch '${taskId}'`))
}
