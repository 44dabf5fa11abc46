import type { Installation } from '../scheduler/installation.js'
import { cancelRunsOf, type CancelRunsRequest } from '../../shared/operations/cancel-runs.js'
import { cancelTasks, type CancelTasksRequest } from '../../shared/operations/cancel-tasks.js'
import { clear, type ClearRequest } from '../../shared/operations/clear.js'
import { mark, type MarkRequest } from '../../shared/operations/mark.js'
import type { Performed } from '../../shared/operations/perform.js'
import { EVERY_TASK } from '../../shared/operations/selection.js'
import { wakeSchedulers } from '../../shared/operations/wake-schedulers.js'
import { findDag } from '../../shared/database/tables/dags.js'
import { findRun } from '../../shared/database/tables/dag-runs.js'
import { taskInstancesOfRun, type TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { expect } from 'vitest'
import { expectTalliesToHold } from '../scheduler/tallies.js'

type Ask<T> = Partial<Omit<T, 'by' | 'tasks'>> & { readonly tasks?: readonly string[]; readonly upstream?: boolean; readonly downstream?: boolean; readonly failed?: boolean; readonly mapIndex?: number }

/** What a person called ann does to an installation: each operation as a dry run first, which must tell what happens then. */
export class Hands {
  constructor(private readonly site: Installation, private readonly dag: string) {}

  clear(ask: Ask<ClearRequest> = {}): Promise<Performed> {
    return this.#perform(dryRun => clear(this.site.database, this.site.config(), { latest: false, force: false, ...this.#request(ask), dryRun }))
  }

  mark(state: MarkRequest['state'], ask: Ask<MarkRequest> = {}): Promise<Performed> {
    return this.#perform(dryRun => mark(this.site.database, this.site.config(), { force: false, ...this.#request(ask), state, dryRun }))
  }

  cancel(ask: Ask<CancelTasksRequest> = {}): Promise<Performed> {
    return this.#perform(dryRun => cancelTasks(this.site.database, this.site.config(), { ...this.#request(ask), dryRun }))
  }

  cancelRuns(ask: Pick<Ask<CancelRunsRequest>, 'runs'> = {}): Promise<Performed> {
    return this.#perform(dryRun => cancelRunsOf(this.site.database, this.site.config(), { ...this.#request(ask), dryRun }))
  }

  /** Every row of a run, mapped ones too, in the order of tasks and indices. */
  async rows(run = 'manual'): Promise<TaskInstanceRow[]> {
    const found = await findRun(this.site.database, (await findDag(this.site.database, this.dag))?.dag_key ?? 0, run)
    return (await taskInstancesOfRun(this.site.database, found?.run_key ?? 0)).sort((a, b) => (a.task_id < b.task_id ? -1 : a.task_id > b.task_id ? 1 : a.map_index - b.map_index))
  }

  /** `load[2] success`, … */
  async states(run = 'manual'): Promise<string[]> {
    return (await this.rows(run)).map(({ task_id, map_index, state, is_removed }) => `${task_id}${map_index < 0 ? '' : `[${map_index}]`} ${is_removed === 1 ? 'removed' : state}`)
  }

  #request({ tasks = [], upstream = false, downstream = false, failed = false, mapIndex, ...more }: Ask<ClearRequest & MarkRequest>) {
    return {
      dag: this.dag, runs: { kind: 'named' as const, runs: ['manual'] }, by: 'ann', ...more,
      tasks: { ...EVERY_TASK, tasks, upstream, downstream, failed, mapIndex: mapIndex ?? null },
    }
  }

  async #perform(work: (dryRun: boolean) => Promise<Performed>): Promise<Performed> {
    const before = await this.rows()
    const planned = await work(true)
    expect((await this.rows()).map(({ state }) => state), 'a dry run changes nothing').toEqual(before.map(({ state }) => state))
    const performed = await work(false)
    // What waits for an attempt that could be taken back happens at once; nothing else may differ.
    expect(performed.tasks.map(({ atOnce: _, ...task }) => task)).toEqual(planned.tasks.map(({ atOnce: _, ...task }) => task))
    expect(performed.runs).toEqual(planned.runs)
    await expectTalliesToHold(this.site.database)
    await wakeSchedulers(this.site.config())
    return performed
  }
}
