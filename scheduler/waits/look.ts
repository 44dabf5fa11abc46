import { graphOf } from '../../shared/dag/graph.js'
import type { WaitSpec } from '../../shared/dag/model.js'
import { now, type Session } from '../../shared/database/database.js'
import { lockRuns } from '../../shared/database/tables/dag-runs.js'
import { lockDagRows, type DagRow } from '../../shared/database/tables/dags.js'
import { writeResults } from '../../shared/database/tables/results.js'
import { unchanged, type TaskInstanceRow, type Transition } from '../../shared/database/tables/task-instances.js'
import { lockTaskInstances } from '../../shared/database/tables/waiting-instances.js'
import { place, placementOf } from '../../shared/planning/admit.js'
import { branchChoice } from '../../shared/planning/branch.js'
import { waitKey } from '../../shared/planning/wait-key.js'
import { isoInZone } from '../../shared/time/iso.js'
import { waitUntil } from '../../shared/time/wait-until.js'
import type { Work } from '../advance.js'
import type { Prepared } from './prepare.js'
import { followRun, startRun } from './trigger.js'
import { settle, waitingSince, type Verdict } from './verdict.js'
import { lookAtDag } from './wait-for-dag.js'
import { lookForEvent } from './wait-for-event.js'

/** Between two looks at the run before, milliseconds: they only repair what got lost. */
const PAST_LOOK_MS = 10_000

export interface Look {
  readonly work: Work
  /** Whether runs were made that wait to be started. */
  readonly hasStartedRuns: boolean
}

/** Looks at everything that was prepared, as far as nobody else has done so meanwhile, and says what becomes of it. */
export async function look(tx: Session, prepared: readonly Prepared[]): Promise<Look> {
  // DAGs before runs: that is the order of those who create and start runs, and inserting a run locks its DAG.
  const targets = new Set(prepared.flatMap(({ plan }) => (plan.kind === 'start' ? [plan.target.dag] : [])))
  const dags = await lockDagRows(tx, [...targets].sort())
  const runs = await lockRuns(tx, prepared.map(({ row }) => row.run_key))
  const current = await lockTaskInstances(tx, prepared.map(({ row }) => row.ti_id))
  const time = await now(tx)

  const transitions: Transition[] = []
  const results = new Map<number, string>()
  for (const one of prepared) {
    if (!isSame(one.row, current.get(one.row.ti_id))) continue
    const moved = await moveOn(tx, one, time)
    if (moved !== null) {
      transitions.push(moved)
      continue
    }
    const verdict = await verdictOf(tx, one, dags, time)
    if (verdict === null) continue
    transitions.push(conclude(one, verdict, time, results))
  }
  await writeResults(tx, results)
  return { work: { transitions, runs, dispatch: false }, hasStartedRuns: targets.size > 0 }
}

/** What a verdict makes of an instance; what it brought is added to `results`. */
export function conclude({ row, spec, task, isFirst }: Prepared, given: Verdict, time: number, results: Map<number, string>): Transition {
  let verdict = given
  if (verdict.kind === 'done' && task.branch) {
    const choice = branchChoice(graphOf(spec).downstream.get(task.id) ?? [], JSON.parse(verdict.result ?? 'null'))
    if (!choice.ok) verdict = { kind: 'failed', because: choice.problem }
  }
  if (verdict.kind === 'done' && verdict.result !== undefined && task.result) results.set(row.ti_id, verdict.result)
  return settle(verdict, row, task, isFirst, time)
}

/** Whether nothing happened to the instance since it was found due. */
export const isSame = (row: TaskInstanceRow, current: TaskInstanceRow | undefined): boolean =>
  current !== undefined && row.fence === current.fence && row.state === current.state && row.due_at === current.due_at && row.wait_key === current.wait_key && row.started_at === current.started_at

/** What only goes to another place. */
async function moveOn(tx: Session, { row, run, spec, task, plan }: Prepared, time: number): Promise<Transition | null> {
  const clock = (): Promise<number> => Promise.resolve(time)
  if (plan.kind === 'place') return { ...unchanged(row), ...await placementOf(task, clock) }
  if (plan.kind === 'past') {
    const placement = await place(tx, { run, spec, task }, clock)
    // By now every scheduler knows that it waits, and the end of something there brings its look forward.
    return { ...unchanged(row), ...placement, ...(placement.wait_key !== null && { due_at: time + PAST_LOOK_MS }) }
  }
  return null
}

/** Null: nothing can be said, it is looked at again. */
async function verdictOf(tx: Session, one: Prepared, dags: ReadonlyMap<string, DagRow>, time: number): Promise<Verdict | null> {
  const { plan, row, task } = one
  switch (plan.kind) {
    case 'wait': return lookAt(tx, one, plan.wait, time)
    case 'start': return startRun(tx, one, plan, dags.get(plan.target.dag), time)
    case 'follow': return followRun(tx, row, plan.dag)
    case 'wrong': return { kind: task.kind === 'trigger' ? 'failed-try' : 'failed', because: plan.because }
    default: return null
  }
}

function lookAt(tx: Session, { row, run, spec, task, isFirst }: Prepared, wait: WaitSpec, time: number): Verdict | Promise<Verdict> {
  switch (wait.kind) {
    case 'time': {
      const until = waitUntil(wait.until, { dataIntervalEnd: run.interval_end, timezone: spec.timezone })
      const shown = isoInZone(until, spec.timezone)
      return until <= time ? { kind: 'done', because: `it is past ${shown}` } : { kind: 'not-yet', because: `waits until ${shown}`, at: until, waitKey: null }
    }
    case 'dag': return lookAtDag(tx, wait, run.logical_date)
    case 'event': return lookForEvent(tx, wait.event, row.run_key, waitingSince(row, task, isFirst, time))
    // The loop for that asks at once.
    case 'http': return { kind: 'not-yet', because: 'is about to be asked', at: time, waitKey: waitKey.http }
  }
}
