import { graphOf } from '../../shared/dag/graph.js'
import type { DagSpec, TaskSpec } from '../../shared/dag/model.js'
import type { Session } from '../../shared/database/database.js'
import { insertAttempts } from '../../shared/database/tables/attempts.js'
import { previousSuccess } from '../../shared/database/tables/dag-runs.js'
import { readResults } from '../../shared/database/tables/results.js'
import { markQueued, type TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import type { Specs } from '../plan/specs.js'
import { buildPayload, type RunOfJob, type Surroundings } from './payload.js'
import { selectRunnable, type Limits } from './select.js'

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

export interface Dispatch {
  readonly dispatched: readonly (Dispatched & { readonly row: TaskInstanceRow })[]
  readonly unrenderable: readonly Unrenderable[]
}

export interface DispatchOptions extends Limits {
  readonly pushgatewayUrl: string
}

/** Chooses what runs now and commits an attempt for each. The jobs are enqueued after the commit. */
export async function dispatch(tx: Session, specs: Specs, options: DispatchOptions): Promise<Dispatch> {
  const candidates = await selectRunnable(tx, options)
  if (candidates.length === 0) return { dispatched: [], unrenderable: [] }
  const versions = await specs.get(tx, candidates.map(candidate => candidate.version_key))

  const dispatched: (Dispatched & { readonly row: TaskInstanceRow; readonly startTimeout: number | null })[] = []
  const unrenderable: Unrenderable[] = []
  for (const row of candidates) {
    const spec = versions.get(row.version_key) as DagSpec
    const task = graphOf(spec).tasks.get(row.task_id) as TaskSpec
    const around = await surroundings(tx, spec, task, row, options.pushgatewayUrl)
    try {
      const payload = buildPayload(spec, task, row, row, row.fence + 1, around)
      dispatched.push({ payload, priority: row.broker_priority, row, startTimeout: task.startTimeout })
    } catch (error) {
      unrenderable.push({ tiId: row.ti_id, runKey: row.run_key, error: (error as Error).message })
    }
  }

  await markQueued(tx, dispatched.map(({ row }) => row))
  await insertAttempts(tx, dispatched.map(({ row, payload, startTimeout }) => ({
    ti_id: row.ti_id, fence: row.fence + 1, try_number: row.try_number, queue: payload.queue, image: payload.image, log_path: payload.log, startTimeout,
  })))
  return { dispatched, unrenderable }
}

/** The job of an attempt, with what its templates need read from the database. */
export async function payloadFor(tx: Session, spec: DagSpec, task: TaskSpec, run: RunOfJob, row: Pick<TaskInstanceRow, 'ti_id' | 'map_index' | 'try_number'>, fence: number, pushgatewayUrl: string): Promise<JobPayload> {
  return buildPayload(spec, task, run, row, fence, await surroundings(tx, spec, task, run, pushgatewayUrl))
}

async function surroundings(tx: Session, spec: DagSpec, task: TaskSpec, run: RunOfJob, pushgatewayUrl: string): Promise<Surroundings> {
  const needs = needsOf(task)
  const results = needs.results ? await readResults(tx, run.run_key, spec.tasks.filter(other => other.result).map(other => other.id)) : {}
  const before = needs.previous ? await previousSuccess(tx, run.dag_key, run.logical_date) : undefined
  return { results, pushgatewayUrl, previous: before === undefined ? null : { dataIntervalStart: before.interval_start, dataIntervalEnd: before.interval_end } }
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
