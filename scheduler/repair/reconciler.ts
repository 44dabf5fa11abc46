import { graphOf } from '../../shared/dag/graph.js'
import type { DagSpec, TaskSpec } from '../../shared/dag/model.js'
import { now, type Database } from '../../shared/database/database.js'
import { activeAttempts, readAttempts, type AttemptRow } from '../../shared/database/tables/attempts.js'
import { readRuns, type RunRow } from '../../shared/database/tables/dag-runs.js'
import { listQueues, type QueueRow } from '../../shared/database/tables/queues.js'
import { readTaskInstances } from '../../shared/database/tables/task-instances.js'
import { attemptId, parseAttemptId, type AttemptId, type AttemptRef } from '../../shared/protocol/attempt-id.js'
import { ACTIVE_ATTEMPT_STATES, AttemptState } from '../../shared/states/attempt.js'
import type { SchedulerBus } from '../bus.js'
import { payloadFor, type Dispatched } from '../dispatch/dispatch.js'
import type { Enqueuer } from '../dispatch/enqueuer.js'
import type { Specs } from '../../shared/planning/specs.js'
import type { GiveUp } from './give-up.js'
import { Loss } from './lose-attempts.js'
import type { QueueContents, QueueInspector } from './queue-contents.js'

export interface ReconcilerOptions {
  readonly every: number
  /** How long an attempt may be committed and not yet in Redis, or taken by a worker and not yet claimed. */
  readonly grace: number
  readonly pushgatewayUrl: string
}

/** After an enqueue failed, or while Redis recovers, the comparison is repeated this soon. */
const SOON_MS = 1_000

/**
 * Compares the attempts that the database calls active with the jobs that Redis holds, and mends the difference: a job that
 * was never added is added again under the same id; one that Redis forgot gets a new fence; one that nobody waits for any
 * more is removed.
 */
export class Reconciler {
  /** Attempts that were taken and not claimed, and since when, by this process' monotonic clock; by queue. */
  readonly #unclaimed = new Map<string, ReadonlyMap<AttemptId, number>>()

  constructor(
    private readonly database: Database,
    private readonly inspector: QueueInspector,
    private readonly enqueuer: Enqueuer,
    private readonly giveUp: GiveUp,
    private readonly specs: Specs,
    private readonly bus: SchedulerBus,
    private readonly options: ReconcilerOptions,
  ) {}

  async runOnce(): Promise<number> {
    let next = this.enqueuer.takeFailed() ? SOON_MS : this.options.every
    const time = await now(this.database)
    for (const queue of await listQueues(this.database)) {
      const recovering = queue.epoch_id === null || time < (queue.recovering_until ?? 0)
      next = Math.min(next, recovering ? SOON_MS : await this.#compare(queue, time))
    }
    return next
  }

  /** Milliseconds until this queue should be compared again. */
  async #compare(queue: QueueRow, time: number): Promise<number> {
    const queued = (await activeAttempts(this.database, queue.name)).filter(({ state }) => state === AttemptState.queued)
    const contents = await this.inspector.contents(queue.name)
    const leased = await this.inspector.leased(queue.name, queued.map(idOf))
    if (!(await this.inspector.isInForce(queue))) return SOON_MS
    const unclaimed = queued.filter(attempt => !leased.has(idOf(attempt)))
    const missing = unclaimed.filter(attempt => !contents.waiting.has(idOf(attempt)) && !contents.active.has(idOf(attempt)))
    const taken = unclaimed.filter(attempt => contents.active.has(idOf(attempt)))
    const isOld = ({ queued_at }: AttemptRow): boolean => time - queued_at >= this.options.grace

    const enqueued = await this.#restore(queue, missing.filter(isOld))
    await this.#loseUnclaimed(queue.name, taken)
    const removed = await this.#removeOrphans(queue.name, contents)
    await this.giveUp.markAgain(queue.name, time - 3 * this.options.every)
    if (enqueued + removed > 0) this.bus.emit('jobs-repaired', { queue: queue.name, enqueued, removed })
    return taken.length > 0 || !missing.every(isOld) ? Math.min(this.options.grace, this.options.every) : this.options.every
  }

  /**
   * Adds jobs again that Redis never had. What Redis had and forgot may run somewhere: that gets a new fence. The database
   * is asked again after Redis, because a job leaves Redis only after its result is committed.
   */
  async #restore(queue: QueueRow, missing: readonly AttemptRow[]): Promise<number> {
    if (missing.length === 0) return 0
    const current = await readAttempts(this.database, missing.map(refOf))
    const still = missing.filter(attempt => current.get(idOf(attempt))?.state === AttemptState.queued)
    // One that was given back, and whose event got lost on the way, would be refused by every worker.
    const fenced = await this.inspector.fenced(queue.name, still.map(idOf))
    const forgotten = new Set(still.filter(attempt => attempt.queued_at < (queue.epoch_since ?? 0) || fenced.has(idOf(attempt))))
    await this.giveUp.lose([...forgotten], Loss.jobLost)
    const never = still.filter(attempt => !forgotten.has(attempt))
    this.enqueuer.enqueue(await this.#rebuild(never))
    return never.length
  }

  async #rebuild(attempts: readonly AttemptRow[]): Promise<Dispatched[]> {
    const instances = await readTaskInstances(this.database, attempts.map(({ ti_id }) => ti_id))
    const runs = await readRuns(this.database, [...instances.values()].map(({ run_key }) => run_key))
    const versions = await this.specs.get(this.database, [...runs.values()].map(({ version_key }) => version_key))
    const jobs: Dispatched[] = []
    for (const { ti_id, fence } of attempts) {
      const instance = instances.get(ti_id)
      // What a person wants otherwise is taken back instead of being sent out again.
      if (instance === undefined || instance.fence !== fence || instance.wanted !== null) continue
      const run = runs.get(instance.run_key) as RunRow
      const spec = versions.get(run.version_key) as DagSpec
      const task = graphOf(spec).tasks.get(instance.task_id) as TaskSpec
      jobs.push({ payload: await payloadFor(this.database, spec, task, run, instance, fence, this.options.pushgatewayUrl), priority: instance.broker_priority })
    }
    return jobs
  }

  /** A worker that took a job claims it within milliseconds; one that has not done so for the whole grace died in between. */
  async #loseUnclaimed(queue: string, taken: readonly AttemptRow[]): Promise<void> {
    const time = performance.now()
    const before = this.#unclaimed.get(queue)
    const since = new Map(taken.map(attempt => [idOf(attempt), before?.get(idOf(attempt)) ?? time]))
    this.#unclaimed.set(queue, since)
    const dead = taken.filter(attempt => time - (since.get(idOf(attempt)) as number) >= this.options.grace)
    for (const { attempt } of await this.giveUp.lose(dead, Loss.neverClaimed)) await this.inspector.remove(queue, attempt)
  }

  /** Jobs whose attempt is over: their worker died before it removed them, or Redis went back in time. */
  async #removeOrphans(queue: string, contents: QueueContents): Promise<number> {
    const ids = [...contents.waiting, ...contents.active]
    const attempts = await readAttempts(this.database, ids.map(id => parseAttemptId(id) as AttemptRef))
    const over = ids.filter(id => !(ACTIVE_ATTEMPT_STATES as readonly (AttemptState | undefined)[]).includes(attempts.get(id)?.state))
    const leased = await this.inspector.leased(queue, over)
    const orphans = over.filter(id => !leased.has(id))
    for (const orphan of orphans) await this.inspector.remove(queue, orphan)
    return orphans.length
  }
}

const refOf = ({ ti_id, fence }: AttemptRow): AttemptRef => ({ taskInstance: ti_id, fence })
const idOf = (attempt: AttemptRow): AttemptId => attemptId(refOf(attempt))
