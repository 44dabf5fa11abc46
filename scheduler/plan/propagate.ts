import { graphOf } from '../../shared/dag/graph.js'
import type { DagSpec } from '../../shared/dag/model.js'
import { decideTrigger } from '../../shared/dag/trigger-rule.js'
import type { Session } from '../../shared/database/database.js'
import { readByName, taskInstancesOfRun, unchanged, type Tallies, type TaskInstanceRow, type Transition } from '../../shared/database/tables/task-instances.js'
import { isTerminal, TaskState, type TerminalState } from '../../shared/states/task-instance.js'

/** A task instance that reached a terminal state. */
interface Ended {
  readonly runKey: number
  readonly taskId: string
  readonly state: TerminalState
}

export interface Propagation {
  /** The transitions given, with the tallies they gain, and those that follow from them: one for each instance. */
  readonly transitions: readonly Transition[]
  /** Whether something may be dispatched that could not be before. */
  readonly scheduled: boolean
  /** Runs in which nothing that was affected is left to do: only these can have ended. */
  readonly maybeDone: readonly number[]
}

/** From this depth on a chain of consequences reads its whole run at once instead of one query per level. */
const LEVEL_BY_LEVEL = 3

/**
 * Carries the ends of task instances to their downstream tasks: counts them, decides each trigger rule, and goes on with
 * what is skipped or upstream_failed. Reads only what the ends affect, and writes nothing.
 */
export async function propagate(tx: Session, specOfRun: ReadonlyMap<number, DagSpec>, given: readonly Transition[]): Promise<Propagation> {
  const rows = new Rows(tx)
  const transitions = new Map(given.map(transition => [transition.ti_id, transition]))
  const open = new Set<number>()
  let scheduled = false

  const ends = given.flatMap(endOf)
  for (let level = 0, frontier = ends; frontier.length > 0; level += 1) {
    const affected = [...countDownstream(specOfRun, frontier).values()]
    await rows.load(affected, level >= LEVEL_BY_LEVEL)
    frontier = []
    for (const { runKey, taskId, delta } of affected) {
      const row = rows.get(runKey, taskId)
      if (row === undefined) continue
      const before = transitions.get(row.ti_id) ?? unchanged(row)
      const tallies = add(before.tallies ?? NO_TALLIES, delta)
      const after = { ...before, tallies, ...(before.state === TaskState.none && decide(specOfRun.get(runKey) as DagSpec, taskId, add(row, tallies))) }
      transitions.set(row.ti_id, after)
      if (!isTerminal(after.state)) open.add(runKey)
      if (after.state === before.state) continue
      if (isTerminal(after.state)) frontier.push({ runKey, taskId, state: after.state })
      else scheduled = true
    }
  }
  return { transitions: [...transitions.values()], scheduled, maybeDone: [...new Set(ends.map(end => end.runKey))].filter(runKey => !open.has(runKey)) }
}

const endOf = ({ run_key, task_id, state, from }: Transition): Ended[] => (isTerminal(state) && state !== from ? [{ runKey: run_key, taskId: task_id, state }] : [])

interface Affected {
  readonly runKey: number
  readonly taskId: string
  readonly delta: Tallies
}

const NO_TALLIES: Tallies = { up_success: 0, up_failed: 0, up_upstream_failed: 0, up_skipped: 0 }

const TALLY_OF: Readonly<Record<TerminalState, keyof Tallies>> = {
  success: 'up_success', failed: 'up_failed', cancelled: 'up_failed', upstream_failed: 'up_upstream_failed', skipped: 'up_skipped',
}

function countDownstream(specOfRun: ReadonlyMap<number, DagSpec>, ended: readonly Ended[]): Map<string, Affected> {
  const affected = new Map<string, Affected>()
  for (const { runKey, taskId, state } of ended) {
    for (const downstream of graphOf(specOfRun.get(runKey) as DagSpec).downstream.get(taskId) ?? []) {
      const key = nameOf(runKey, downstream)
      const delta = affected.get(key)?.delta ?? NO_TALLIES
      const column = TALLY_OF[state]
      affected.set(key, { runKey, taskId: downstream, delta: { ...delta, [column]: delta[column] + 1 } })
    }
  }
  return affected
}

const add = (a: Tallies, b: Tallies): Tallies => ({
  up_success: a.up_success + b.up_success, up_failed: a.up_failed + b.up_failed,
  up_upstream_failed: a.up_upstream_failed + b.up_upstream_failed, up_skipped: a.up_skipped + b.up_skipped,
})

/** What the trigger rule says by now; null while it waits. */
function decide(spec: DagSpec, taskId: string, tally: Tallies): Pick<Transition, 'state' | 'reason'> | null {
  const task = graphOf(spec).tasks.get(taskId)
  if (task === undefined) return null
  const decision = decideTrigger(task.triggerRule, {
    total: task.after.length, success: tally.up_success, failed: tally.up_failed, upstreamFailed: tally.up_upstream_failed, skipped: tally.up_skipped,
  })
  if (decision === 'wait') return null
  if (decision === 'run') return { state: TaskState.scheduled, reason: null }
  const counts = `${tally.up_success} success, ${tally.up_failed} failed, ${tally.up_upstream_failed} upstream_failed, ${tally.up_skipped} skipped of ${task.after.length} upstream`
  return { state: decision === 'skipped' ? TaskState.skipped : TaskState.upstreamFailed, reason: `trigger rule ${task.triggerRule}: ${counts}` }
}

const nameOf = (runKey: number, taskId: string): string => `${runKey}/${taskId}`

/** The task instances met so far. */
class Rows {
  readonly #byName = new Map<string, TaskInstanceRow>()
  readonly #wholeRuns = new Set<number>()

  constructor(private readonly tx: Session) {}

  get(runKey: number, taskId: string): TaskInstanceRow | undefined {
    return this.#byName.get(nameOf(runKey, taskId))
  }

  async load(names: readonly { readonly runKey: number; readonly taskId: string }[], wholeRuns: boolean): Promise<void> {
    const missing = names.filter(({ runKey, taskId }) => !this.#wholeRuns.has(runKey) && !this.#byName.has(nameOf(runKey, taskId)))
    if (missing.length === 0) return
    if (!wholeRuns) {
      this.#keep(await readByName(this.tx, missing.map(({ runKey, taskId }) => [runKey, taskId] as const)))
      return
    }
    for (const runKey of new Set(missing.map(name => name.runKey))) {
      this.#keep(await taskInstancesOfRun(this.tx, runKey))
      this.#wholeRuns.add(runKey)
    }
  }

  #keep(rows: readonly TaskInstanceRow[]): void {
    for (const row of rows) {
      const name = nameOf(row.run_key, row.task_id)
      if (!this.#byName.has(name)) this.#byName.set(name, row)
    }
  }
}
