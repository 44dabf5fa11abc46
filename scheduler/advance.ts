import type { Database, Session } from '../shared/database/database.js'
import { lockRuns, readRuns } from '../shared/database/tables/dag-runs.js'
import { readTaskInstances, unchanged, type Transition } from '../shared/database/tables/task-instances.js'
import { applyChange, type Change, type Consequences } from '../shared/planning/consequences.js'
import type { LockedRun } from '../shared/planning/propagate.js'
import type { Named } from '../shared/planning/rows.js'
import type { Specs } from '../shared/planning/specs.js'
import type { GatheredChanges } from '../shared/live/gathered-changes.js'
import type { LivePublisher } from '../shared/live/publisher.js'
import { RunState } from '../shared/states/run.js'
import { TaskState } from '../shared/states/task-instance.js'
import type { SchedulerBus } from './bus.js'
import type { Dispatch, DispatchResult } from './dispatch/dispatch.js'
import type { Enqueuer } from './dispatch/enqueuer.js'
import type { RunIndex } from './plan/run-index.js'

/** A change, and whether something is runnable that none of its transitions tells of: runs that started, for instance. */
export interface Work extends Change {
  readonly dispatch: boolean
  /** Keys of the runs that this starts. */
  readonly started?: readonly number[]
}

/** The tasks among these that a person had cleared while they ran: they are decided anew. */
export const clearedBy = (transitions: readonly Transition[]): Named[] =>
  transitions.filter(({ state, from }) => state === TaskState.none && state !== from).map(({ run_key, task_id }) => ({ runKey: run_key, taskId: task_id }))

export const NOTHING_TO_DO: Work = { transitions: [], runs: new Map(), dispatch: false }
export const DISPATCH: Work = { ...NOTHING_TO_DO, dispatch: true }

interface Committed {
  readonly started: readonly number[]
  readonly consequences: Consequences
  readonly dispatch: DispatchResult
}

/**
 * Makes a change and everything that follows from it one transaction: downstream tasks, ends of runs, and the dispatch of
 * what became runnable. Jobs are enqueued after the commit. Every loop that changes task instances goes through here.
 */
export class Advance {
  /** Wake the loops whose turn it may be: a batch was full; a run ended; something waits for a time; an asset was updated. */
  onMore: () => void = () => {}
  onRunEnded: () => void = () => {}
  onWaiting: () => void = () => {}
  onAssets: () => void = () => {}
  /** Told what ended, as `wait_key` names it. */
  onEnded: (keys: ReadonlySet<string>) => void = () => {}

  constructor(
    private readonly database: Database,
    private readonly specs: Specs,
    private readonly runIndex: RunIndex,
    private readonly dispatch: Dispatch,
    private readonly enqueuer: Enqueuer,
    private readonly bus: SchedulerBus,
    private readonly live: LivePublisher,
  ) {}

  /** `work` must lock the runs whose task instances it changes, in id order, before it reads them. */
  async transact(name: string, work: (tx: Session) => Promise<Work>): Promise<void> {
    const committed = await this.database.transact(name, async tx => this.#commit(tx, await work(tx)))
    const { consequences, dispatch } = committed
    for (const { row } of dispatch.dispatched) this.runIndex.remember(row.ti_id, row.run_key)
    this.enqueuer.enqueue(dispatch.dispatched)
    this.live.tell(changes => { gather(changes, committed) })
    if (consequences.waiting) this.onWaiting()
    if (consequences.assets) this.onAssets()
    if (consequences.endedKeys.size > 0) this.onEnded(consequences.endedKeys)
    if (consequences.endedRuns.size > 0) await this.#tellRuns(consequences.endedRuns)
    if (dispatch.unrenderable.length > 0) await this.#fail(dispatch.unrenderable)
    if (dispatch.dispatched.length >= this.dispatch.batch) this.onMore()
  }

  async #commit(tx: Session, work: Work): Promise<Committed> {
    const consequences = await applyChange(tx, this.specs, work)
    const isRunnable = work.dispatch || consequences.runnable
    return { started: work.started ?? [], consequences, dispatch: isRunnable ? await this.dispatch.run(tx) : { dispatched: [], unrenderable: [] } }
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
  async #fail(unrenderable: DispatchResult['unrenderable']): Promise<void> {
    const errors = new Map(unrenderable.map(({ tiId, error }) => [tiId, error]))
    await this.transact('fail-unrenderable', async tx => {
      const runs = await lockRuns(tx, unrenderable.map(({ runKey }) => runKey))
      const instances = [...(await readTaskInstances(tx, [...errors.keys()])).values()].filter(({ state }) => state === TaskState.scheduled)
      const transitions = instances.map(row => ({ ...unchanged(row), state: TaskState.failed, reason: (errors.get(row.ti_id) as string).slice(0, 500) }))
      return { runs, transitions, dispatch: false }
    })
  }
}

/** What those who look are told of a commit. Ends come last: a run may start and end in one. */
function gather(changes: GatheredChanges, { started, consequences: { transitions, grown, runs, endedRuns }, dispatch }: Committed): void {
  for (const { run_key, task_id, map_index, state, from, try_number } of transitions) {
    const { run: { run_id }, spec: { dag } } = runs.get(run_key) as LockedRun
    if (state !== from) changes.task(dag, run_id, task_id, map_index, state, try_number)
  }
  for (const { payload: { dag, run, task, mapIndex, tryNumber } } of dispatch.dispatched) changes.task(dag, run, task, mapIndex, TaskState.queued, tryNumber)
  const tell = (runKey: number, say: (dag: string, run: string) => void): void => {
    const locked = runs.get(runKey)
    if (locked !== undefined) say(locked.spec.dag, locked.run.run_id)
  }
  for (const runKey of [...grown, ...started]) tell(runKey, (dag, run) => { changes.much(dag, run) })
  for (const runKey of started) tell(runKey, (dag, run) => { changes.run(dag, run, RunState.running) })
  for (const [runKey, state] of endedRuns) tell(runKey, (dag, run) => { changes.run(dag, run, state) })
}
