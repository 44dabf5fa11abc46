import { graphOf } from '../../shared/dag/graph.js'
import type { DagSpec, TaskSpec } from '../../shared/dag/model.js'
import type { Session } from '../../shared/database/database.js'
import { insertAttempts } from '../../shared/database/tables/attempts.js'
import { itemKey, readMapItems } from '../../shared/database/tables/map-items.js'
import { markQueued, type TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { LongshoreError } from '../../shared/errors.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import type { Specs } from '../../shared/planning/specs.js'
import { SurroundingsReader } from '../../shared/rendering/surroundings.js'
import type { RunOfTask } from '../../shared/rendering/task-context.js'
import { buildPayload } from '../../shared/rendering/payload.js'
import type { Selector } from './select.js'

export interface Dispatched {
  readonly payload: JobPayload
  /** BullMQ's order: 1 first. */
  readonly priority: number
}

/** A task instance whose templates cannot be rendered; it must fail, in a transaction that holds the lock of its run. */
export interface Unrenderable {
  readonly tiId: number
  readonly runKey: number
  readonly error: string
}

export interface DispatchResult {
  readonly dispatched: readonly (Dispatched & { readonly row: TaskInstanceRow })[]
  readonly unrenderable: readonly Unrenderable[]
}

export interface DispatchOptions {
  readonly batch: number
  readonly pushgatewayUrl: string
}

/** Chooses what runs now and commits an attempt for each. The jobs are enqueued after the commit. */
export class Dispatch {
  constructor(private readonly selector: Selector, private readonly specs: Specs, private readonly options: DispatchOptions) {}

  /** Most that one transaction dispatches. */
  get batch(): number {
    return this.options.batch
  }

  async run(tx: Session): Promise<DispatchResult> {
    const candidates = await this.selector.select(tx)
    if (candidates.length === 0) return { dispatched: [], unrenderable: [] }
    const versions = await this.specs.get(tx, candidates.map(candidate => candidate.version_key))
    const items = await readMapItems(tx, candidates.filter(({ map_index }) => map_index >= 0))

    const dispatched: (Dispatched & { readonly row: TaskInstanceRow; readonly startTimeout: number | null })[] = []
    const unrenderable: Unrenderable[] = []
    const surroundings = new SurroundingsReader(tx)
    for (const row of candidates) {
      const spec = versions.get(row.version_key) as DagSpec
      const task = graphOf(spec).tasks.get(row.task_id) as TaskSpec
      try {
        const payload = buildPayload(spec, task, row, row, row.fence + 1, { ...await surroundings.read(spec, task, row), item: items.get(itemKey(row)) }, this.options.pushgatewayUrl)
        dispatched.push({ payload, priority: row.broker_priority, row, startTimeout: task.startTimeout })
      } catch (error) {
        if (!(error instanceof LongshoreError)) throw error
        unrenderable.push({ tiId: row.ti_id, runKey: row.run_key, error: error.message })
      }
    }

    await markQueued(tx, dispatched.map(({ row: { ti_id, fence }, payload: { queue } }) => ({ ti_id, fence, queue })))
    await insertAttempts(tx, dispatched.map(({ row, payload, startTimeout }) => ({
      ti_id: row.ti_id, fence: row.fence + 1, try_number: row.try_number, queue: payload.queue, image: payload.image, log_path: payload.log, startTimeout,
    })))
    return { dispatched, unrenderable }
  }
}

type InstanceOfJob = Pick<TaskInstanceRow, 'run_key' | 'task_id' | 'ti_id' | 'map_index' | 'try_number'>

/** The job of an attempt, with what its templates need read from the database. */
export async function payloadFor(session: Session, spec: DagSpec, task: TaskSpec, run: RunOfTask, row: InstanceOfJob, fence: number, pushgatewayUrl: string): Promise<JobPayload> {
  const items = row.map_index < 0 ? new Map<string, unknown>() : await readMapItems(session, [row])
  return buildPayload(spec, task, run, row, fence, { ...await new SurroundingsReader(session).read(spec, task, run), item: items.get(itemKey(row)) }, pushgatewayUrl)
}
