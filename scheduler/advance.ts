import type { Database, Session } from '../shared/database/database.js'
import { lockRuns, readRuns, type RunRow } from '../shared/database/tables/dag-runs.js'
import { applyTransitions, readTaskInstances } from '../shared/database/tables/task-instances.js'
import type { DagSpec } from '../shared/dag/model.js'
import type { RunState } from '../shared/states/run.js'
import { TaskState } from '../shared/states/task-instance.js'
import type { SchedulerBus } from './bus.js'
import { dispatch, type Dispatch, type DispatchOptions, type Unrenderable } from './dispatch/dispatch.js'
import type { Enqueuer } from './dispatch/enqueuer.js'
import { endRuns } from './plan/end-runs.js'
import { propagate, type Ended } from './plan/propagate.js'
import type { RunIndex } from './plan/run-index.js'
import type { Specs } from './plan/specs.js'

/** What a change to task instances asks for. */
export interface Change {
  /** Task instances that became terminal. */
  readonly ended: readonly Ended[]
  /** Their runs, locked. */
  readonly runs: ReadonlyMap<number, RunRow>
  /** Whether something became runnable or a slot became free. */
  readonly dispatch: boolean
  /** Whether something waits for a time now: a retry or a poke. */
  readonly waiting?: boolean
}

export const NO_CHANGE: Change = { ended: [], runs: new Map(), dispatch: false }
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
    if (committed.change.waiting === true) this.onWaiting()
    if (committed.endedRuns.size > 0) await this.#tellRuns(committed.endedRuns)
    if (committed.dispatch.unrenderable.length > 0) await this.#fail(committed.dispatch.unrenderable)
    if (committed.dispatch.dispatched.length >= this.options.batch) this.onMore()
  }

  async #consequences(tx: Session, change: Change): Promise<Committed> {
    let runnable = change.dispatch
    let endedRuns: ReadonlyMap<number, RunState> = new Map()
    if (change.ended.length > 0) {
      const versions = await this.specs.get(tx, [...change.runs.values()].map(run => run.version_key))
      const specOfRun = new Map([...change.runs.values()].map(run => [run.run_key, versions.get(run.version_key) as DagSpec]))
      const { scheduled, maybeDone } = await propagate(tx, specOfRun, change.ended)
      endedRuns = await endRuns(tx, specOfRun, maybeDone)
      runnable ||= scheduled > 0
    }
    return { change, endedRuns, dispatch: runnable ? await dispatch(tx, this.specs, this.options) : { dispatched: [], unrenderable: [] } }
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
      await applyTransitions(tx, instances.map(({ ti_id, fence, try_number, infra_losses }) => ({
        ti_id, fence, try_number, infra_losses, from: TaskState.scheduled, state: TaskState.failed, due_at: null, started_at: null,
        reason: (errors.get(ti_id) as string).slice(0, 500),
      })))
      return { runs, dispatch: false, ended: instances.map(({ run_key, task_id }) => ({ runKey: run_key, taskId: task_id, state: TaskState.failed })) }
    })
  }
}
