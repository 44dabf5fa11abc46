import { graphOf } from '../../shared/dag/graph.js'
import type { DagSpec, TaskSpec } from '../../shared/dag/model.js'
import type { Session } from '../../shared/database/database.js'
import { insertAttempts } from '../../shared/database/tables/attempts.js'
import { itemKey, readMapItems } from '../../shared/database/tables/map-items.js'
import { previousSuccess } from '../../shared/database/tables/dag-runs.js'
import { readResults } from '../../shared/database/tables/results.js'
import { markQueued, type TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { LongshoreError } from '../../shared/errors.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import type { Specs } from '../../shared/planning/specs.js'
import { buildPayload, type RunOfJob, type Surroundings } from './payload.js'
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
    const surroundings = new SurroundingsReader(tx, this.options.pushgatewayUrl)
    for (const row of candidates) {
      const spec = versions.get(row.version_key) as DagSpec
      const task = graphOf(spec).tasks.get(row.task_id) as TaskSpec
      try {
        const payload = buildPayload(spec, task, row, row, row.fence + 1, { ...await surroundings.read(spec, task, row), item: items.get(itemKey(row)) })
        dispatched.push({ payload, priority: row.broker_priority, row, startTimeout: task.startTimeout })
      } catch (error) {
        if (!(error instanceof LongshoreError)) throw error
        unrenderable.push({ tiId: row.ti_id, runKey: row.run_key, error: error.message })
      }
    }

    await markQueued(tx, dispatched.map(({ row }) => row))
    await insertAttempts(tx, dispatched.map(({ row, payload, startTimeout }) => ({
      ti_id: row.ti_id, fence: row.fence + 1, try_number: row.try_number, queue: payload.queue, image: payload.image, log_path: payload.log, startTimeout,
    })))
    return { dispatched, unrenderable }
  }
}

type InstanceOfJob = Pick<TaskInstanceRow, 'run_key' | 'task_id' | 'ti_id' | 'map_index' | 'try_number'>

/** The job of an attempt, with what its templates need read from the database. */
export async function payloadFor(session: Session, spec: DagSpec, task: TaskSpec, run: RunOfJob, row: InstanceOfJob, fence: number, pushgatewayUrl: string): Promise<JobPayload> {
  const items = row.map_index < 0 ? new Map<string, unknown>() : await readMapItems(session, [row])
  return buildPayload(spec, task, run, row, fence, { ...await new SurroundingsReader(session, pushgatewayUrl).read(spec, task, run), item: items.get(itemKey(row)) })
}

/** Reads what templates name from outside of their task; the instances of one map share it. */
class SurroundingsReader {
  readonly #results = new Map<number, Promise<Readonly<Record<string, unknown>>>>()

  constructor(private readonly session: Session, private readonly pushgatewayUrl: string) {}

  async read(spec: DagSpec, task: TaskSpec, run: RunOfJob): Promise<Omit<Surroundings, 'item'>> {
    const needs = needsOf(task)
    const results = needs.results ? await this.#resultsOf(spec, run.run_key) : {}
    const before = needs.previous ? await previousSuccess(this.session, run.dag_key, run.logical_date) : undefined
    return { results, pushgatewayUrl: this.pushgatewayUrl, previous: before === undefined ? null : { dataIntervalStart: before.interval_start, dataIntervalEnd: before.interval_end } }
  }

  #resultsOf(spec: DagSpec, runKey: number): Promise<Readonly<Record<string, unknown>>> {
    let known = this.#results.get(runKey)
    if (known === undefined) this.#results.set(runKey, (known = readResults(this.session, runKey, spec.tasks.filter(({ result }) => result).map(({ id }) => id))))
    return known
  }
}

interface Needs {
  readonly results: boolean
  readonly previous: boolean
}

const needs = new WeakMap<TaskSpec, Needs>()

/** Most tasks name neither results nor earlier runs; those cost no query. */
function needsOf(task: TaskSpec): Needs {
  let known = needs.get(task)
  if (known === undefined) {
    const text = JSON.stringify(task)
    known = { results: /\bresults\b/.test(text), previous: text.includes('prev_data_interval') }
    needs.set(task, known)
  }
  return known
}
