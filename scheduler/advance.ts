import type { Database, Session } from '../shared/database/database.js'
import { lockRuns, readRuns, type RunRow } from '../shared/database/tables/dag-runs.js'
import { applyTransitions, readTaskInstances, unchanged, type Transition } from '../shared/database/tables/task-instances.js'
import type { DagSpec } from '../shared/dag/model.js'
import type { RunState } from '../shared/states/run.js'
import { isActive, TaskState } from '../shared/states/task-instance.js'
import type { SchedulerBus } from './bus.js'
import { dispatch, type Dispatch, type DispatchOptions, type Unrenderable } from './dispatch/dispatch.js'
import type { Enqueuer } from './dispatch/enqueuer.js'
import { endRuns } from './plan/end-runs.js'
import { propagate } from './plan/propagate.js'
import type { RunIndex } from './plan/run-index.js'
import type { Specs } from './plan/specs.js'

/** A change to task instances. What follows from it is worked out here, not by those who make it. */
export interface Change {
  readonly transitions: readonly Transition[]
  /** The runs of these instances, locked. */
  readonly runs: ReadonlyMap<number, RunRow>
  /** Whether something is runnable that no transition tells of: runs that started, for instance. */
  readonly dispatch: boolean
}

export const NO_CHANGE: Change = { transitions: [], runs: new Map(), dispatch: false }
export const DISPATCH: Change = { ...NO_CHANGE, dispatch: true }

interface Committed {
  readonly change: Change
  readonly dispatch: Dispatch
  readonly endedRuns: ReadonlyMap<number, RunState>
}

/**
 * Makes a change and everything that follows from it one transaction: downstream tasks, ends of runs, and the dispatch of
 * what became runnable. Jobs are enqueued after the commit. Every loop that changes task instances goes through here.
 */
export class Advance {
  /** Wake the loops whose turn it may be: a batch was full; a run ended; something waits for a time. */
  onMore: () => void = () => {}
  onRunEnded: () => void = () => {}
  onWaiting: () => void = () => {}

  constructor(
    private readonly database: Database,
    private readonly specs: Specs,
    private readonly runIndex: RunIndex,
    private readonly enqueuer: Enqueuer,
    private readonly bus: SchedulerBus,
    private readonly options: DispatchOptions,
  ) {}

  /** `work` must lock the runs whose task instances it changes, in id order, before it reads them. */
  async transact(name: string, work: (tx: Session) => Promise<Change>): Promise<void> {
    const committed = await this.database.transact(name, async tx => this.#consequences(tx, await work(tx)))
    for (const { row } of committed.dispatch.dispatched) this.runIndex.remember(row.ti_id, row.run_key)
    this.enqueuer.enqueue(committed.dispatch.dispatched)
    if (committed.change.transitions.some(({ due_at }) => due_at !== null)) this.onWaiting()
    if (committed.endedRuns.size > 0) await this.#tellRuns(committed.endedRuns)
    if (committed.dispatch.unrenderable.length > 0) await this.#fail(committed.dispatch.unrenderable)
    if (committed.dispatch.dispatched.length >= this.options.batch) this.onMore()
  }

  async #consequences(tx: Session, change: Change): Promise<Committed> {
    const versions = await this.specs.get(tx, [...change.runs.values()].map(run => run.version_key))
    const specOfRun = new Map([...change.runs.values()].map(run => [run.run_key, versions.get(run.version_key) as DagSpec]))
    const { transitions, scheduled, maybeDone } = await propagate(tx, specOfRun, change.transitions)
    await applyTransitions(tx, transitions)
    const endedRuns = await endRuns(tx, specOfRun, maybeDone)
    const runnable = change.dispatch || scheduled || change.transitions.some(freesSlot)
    return { change, endedRuns, dispatch: runnable ? await dispatch(tx, this.specs, this.options) : NOTHING }
  }

  async #tellRuns(endedRuns: ReadonlyMap<number, RunState>): Promise<void> {
    const runs = await readRuns(this.database, [...endedRuns.keys()])
    const versions = await this.specs.get(this.database, [...runs.values()].map(run => run.version_key))
    for (const [runKey, state] of endedRuns) {
      this.bus.emit('run-ended', { runKey, state, dag: versions.get(runs.get(runKey)?.version_key ?? 0)?.dag ?? '' })
    }
    this.onRunEnded()
  }

  /** Found while dispatching, when it was too late to lock their runs in order; until this commits they are merely found again. */
  async #fail(unrenderable: readonly Unrenderable[]): Promise<void> {
    const errors = new Map(unrenderable.map(({ tiId, error }) => [tiId, error]))
    await this.transact('fail-unrenderable', async tx => {
      const runs = await lockRuns(tx, unrenderable.map(({ runKey }) => runKey))
      const instances = [...(await readTaskInstances(tx, [...errors.keys()])).values()].filter(({ state }) => state === TaskState.scheduled)
      const transitions = instances.map(row => ({ ...unchanged(row), state: TaskState.failed, reason: (errors.get(row.ti_id) as string).slice(0, 500) }))
      return { runs, transitions, dispatch: false }
    })
  }
}

const NOTHING: Dispatch = { dispatched: [], unrenderable: [] }

const freesSlot = ({ from, state }: Transition): boolean => state === TaskState.scheduled || (isActive(from) && !isActive(state))
