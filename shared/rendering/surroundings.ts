import type { DagSpec, TaskSpec } from '../dag/model.js'
import type { Session } from '../database/database.js'
import { previousSuccess } from '../database/tables/dag-runs.js'
import { readResults } from '../database/tables/results.js'
import type { RunOfTask, Surroundings } from './task-context.js'

/** Reads what templates name from outside of their task; the instances of one map share it. */
export class SurroundingsReader {
  readonly #results = new Map<number, Promise<Readonly<Record<string, unknown>>>>()

  constructor(private readonly session: Session) {}

  async read(spec: DagSpec, task: TaskSpec, run: RunOfTask): Promise<Omit<Surroundings, 'item'>> {
    const needs = needsOf(task)
    const results = needs.results ? await this.#resultsOf(spec, run.run_key) : {}
    const before = needs.previous ? await previousSuccess(this.session, run.dag_key, run.logical_date) : undefined
    return { results, previous: before === undefined ? null : { dataIntervalStart: before.interval_start, dataIntervalEnd: before.interval_end } }
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
