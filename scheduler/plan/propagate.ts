import { graphOf } from '../../shared/dag/graph.js'
import type { DagSpec } from '../../shared/dag/model.js'
import { decideTrigger } from '../../shared/dag/trigger-rule.js'
import type { Session } from '../../shared/database/database.js'
import { readByName, taskInstancesOfRun, writePlan, type Planned, type Tallies, type TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { isTerminal, TaskState, type TerminalState } from '../../shared/states/task-instance.js'

/** A task instance that reached a terminal state in this transaction. Its run is locked. */
export interface Ended {
  readonly runKey: number
  readonly taskId: string
  readonly state: TerminalState
}

export interface Propagation {
  /** Task instances that may be dispatched now. */
  readonly scheduled: number
  /** Runs in which nothing that was affected is left to do: only these can have ended. */
  readonly maybeDone: readonly number[]
}

/** From this depth on a chain of consequences reads its whole run at once instead of one query per level. */
const LEVEL_BY_LEVEL = 3

/**
 * Carries the ends of task instances to their downstream tasks: counts them, decides each trigger rule, and goes on with
 * what is skipped or upstream_failed. Reads and writes only what the ends affect.
 */
export async function propagate(tx: Session, specOfRun: ReadonlyMap<number, DagSpec>, ended: readonly Ended[]): Promise<Propagation> {
  const rows = new Rows(tx)
  const planned = new Map<number, Planned>()
  const open = new Set<number>()
  let scheduled = 0

  let frontier = ended
  for (let level = 0; frontier.length > 0; level += 1) {
    const affected = countDownstream(specOfRun, frontier)
    await rows.load([...affected.values()], level >= LEVEL_BY_LEVEL)
    const next: Ended[] = []
    for (const { runKey, taskId, delta } of affected.values()) {
      const row = rows.get(runKey, taskId)
      if (row === undefined) continue
      const before = planned.get(row.ti_id)
      const tally = add(before ?? row, delta)
      const state = before?.state ?? row.state
      const { state: decided, reason } = state === TaskState.none ? decide(specOfRun.get(runKey) as DagSpec, row.task_id, tally) : { state, reason: before?.reason ?? row.reason }
      planned.set(row.ti_id, { ...tally, ti_id: row.ti_id, from: row.state, state: decided, reason })
      if (!isTerminal(decided)) open.add(runKey)
      if (state !== TaskState.none || decided === TaskState.none) continue
      if (isTerminal(decided)) next.push({ runKey, taskId, state: decided })
      else scheduled += 1
    }
    frontier = next
  }

  await writePlan(tx, [...planned.values()])
  return { scheduled, maybeDone: [...specOfRun.keys()].filter(runKey => !open.has(runKey)) }
}

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

function decide(spec: DagSpec, taskId: string, tally: Tallies): { readonly state: TaskState; readonly reason: string | null } {
  const task = graphOf(spec).tasks.get(taskId)
  if (task === undefined) return { state: TaskState.none, reason: null }
  const decision = decideTrigger(task.triggerRule, {
    total: task.after.length, success: tally.up_success, failed: tally.up_failed, upstreamFailed: tally.up_upstream_failed, skipped: tally.up_skipped,
  })
  if (decision === 'wait') return { state: TaskState.none, reason: null }
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
