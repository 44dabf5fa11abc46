import { graphOf } from '../dag/graph.js'
import type { DagSpec } from '../dag/model.js'
import type { Session } from '../database/database.js'
import { insertAssetEvents, type NewAssetEvent } from '../database/tables/asset-events.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import { writeMapItems } from '../database/tables/map-items.js'
import { applyTransitions, insertTaskInstances, type Transition } from '../database/tables/task-instances.js'
import type { RunState } from '../states/run.js'
import { isActive, isTerminal, TaskState } from '../states/task-instance.js'
import { endRuns } from './end-runs.js'
import { propagate, type LockedRun } from './propagate.js'
import type { Named } from './rows.js'
import type { Specs } from './specs.js'
import { waitKey } from './wait-key.js'

/** A change to task instances. What follows from it is worked out here, not by those who make it. */
export interface Change {
  readonly transitions: readonly Transition[]
  /** The runs of these instances, locked. */
  readonly runs: ReadonlyMap<number, RunRow>
  /** Tasks that must be decided although nothing upstream of them ended: they were cleared, or their run starts. */
  readonly touched?: readonly Named[]
  /** Names, as in `wait_key`, of what ended without a transition of this change. */
  readonly ended?: Iterable<string>
}

export interface Consequences {
  readonly endedRuns: ReadonlyMap<number, RunState>
  /** Whether something may be dispatched that could not be before. */
  readonly runnable: boolean
  /** Whether something waits for a time. */
  readonly waiting: boolean
  /** Names, as in `wait_key`, of everything that ended. */
  readonly endedKeys: ReadonlySet<string>
  /** Whether an asset was updated. */
  readonly assets: boolean
  /** Every transition, those that followed among them, and the runs that got more instances. */
  readonly transitions: readonly Transition[]
  readonly grown: ReadonlySet<number>
  /** All of their runs. */
  readonly runs: ReadonlyMap<number, LockedRun>
}

/** Makes a change and everything that follows from it inside the caller's transaction, except dispatch. */
export async function applyChange(tx: Session, specs: Specs, change: Change): Promise<Consequences> {
  const versions = await specs.get(tx, [...change.runs.values()].map(run => run.version_key))
  const runs = new Map<number, LockedRun>([...change.runs].map(([runKey, run]) => [runKey, { run, spec: versions.get(run.version_key) as DagSpec }]))
  const { transitions, inserts, items, scheduled, maybeDone } = await propagate(tx, runs, change.transitions, change.touched)
  await applyTransitions(tx, transitions)
  await insertTaskInstances(tx, inserts)
  await writeMapItems(tx, items)
  const assets = assetEvents(runs, transitions)
  await insertAssetEvents(tx, assets)
  const endedRuns = await endRuns(tx, runs, maybeDone)
  return {
    transitions, grown: new Set(inserts.map(({ run_key }) => run_key)), runs, endedRuns, assets: assets.length > 0, runnable: scheduled || transitions.some(freesSlot),
    waiting: transitions.some(({ due_at, state }) => due_at !== null && !isTerminal(state)), endedKeys: new Set([...change.ended ?? [], ...endedKeys(runs, transitions, endedRuns)]),
  }
}

const freesSlot = ({ from, state }: Transition): boolean => state === TaskState.scheduled || (isActive(from) && !isActive(state))

const hasEnded = ({ from, state }: Transition): boolean => isTerminal(state) && state !== from

function endedKeys(runs: ReadonlyMap<number, LockedRun>, transitions: readonly Transition[], endedRuns: ReadonlyMap<number, RunState>): Set<string> {
  const keys = new Set<string>()
  const dagOf = (runKey: number): number => (runs.get(runKey) as LockedRun).run.dag_key
  for (const transition of transitions) if (hasEnded(transition)) keys.add(waitKey.tasks(dagOf(transition.run_key)))
  for (const runKey of endedRuns.keys()) keys.add(waitKey.runs(dagOf(runKey)))
  return keys
}

/** A task that succeeds has updated its outlets; one that a person had end so has not. */
function assetEvents(runs: ReadonlyMap<number, LockedRun>, transitions: readonly Transition[]): NewAssetEvent[] {
  return transitions.filter(transition => transition.state === TaskState.success && hasEnded(transition) && transition.byHand !== true).flatMap(({ ti_id, run_key, task_id }) => {
    const { run, spec } = runs.get(run_key) as LockedRun
    const outlets = graphOf(spec).tasks.get(task_id)?.outlets ?? []
    return outlets.map(asset => ({ asset, ti_id, run_key, source: `${spec.dag}/${run.run_id}/${task_id}` }))
  })
}
