import { findDag } from '../../../shared/database/tables/dags.js'
import { insertRuns } from '../../../shared/database/tables/dag-runs.js'
import type { TaskInstanceRow } from '../../../shared/database/tables/task-instances.js'
import { postEvent, type EventPost } from '../../../shared/operations/post-event.js'
import { wakeSchedulers } from '../../../shared/operations/wake-schedulers.js'
import { until } from '../../harness/wait.js'
import type { Installation } from '../installation.js'

export const dag = (id: string, tasks: readonly string[], head: readonly string[] = []): string =>
  [`dag: ${id}`, 'schedule: null', ...head, 'tasks:', ...tasks.map(task => `  ${task}`), ''].join('\n')

export const DAY = 86_400_000
export const DATE = Date.parse('2026-01-02T00:00:00Z')

/** A run for a date, as the timetable makes them, so that runs of several DAGs belong together. */
export async function runOf(site: Installation, dagId: string, runId: string, { date = DATE, params = {} }: { readonly date?: number; readonly params?: object } = {}): Promise<void> {
  const row = await until(() => findDag(site.database, dagId))
  await site.database.transact('run', tx => insertRuns(tx, [{
    dag_key: row.dag_key, version_key: row.version_key, run_id: runId, type: 'scheduled', logical_date: date, interval_start: date, interval_end: date, scheduled_for: null, params: JSON.stringify(params), due_at: date,
  }]))
  await wakeSchedulers(site.config())
}

export const instance = async (site: Installation, dagId: string, task: string, runId = 'manual'): Promise<TaskInstanceRow | undefined> => (await site.tasks(dagId, runId))[task]

/** Waits until the scheduler has looked at a task, registered what it waits for, and said so. */
export const waiting = (site: Installation, dagId: string, task: string, says: string, runId = 'manual'): Promise<TaskInstanceRow> => until(async () => {
  const row = await instance(site, dagId, task, runId)
  return row?.state === 'up_for_reschedule' && row.reason?.includes(says) === true ? row : undefined
}, { timeout: 15_000, describe: `${dagId}.${task} to say '${says}'` }) as Promise<TaskInstanceRow>

export async function post(site: Installation, name: string, more: Partial<EventPost> = {}): Promise<number> {
  const count = await postEvent(site.database, { name, run: null, payload: 'null', isRejected: false, by: 'ada', ...more })
  await wakeSchedulers(site.config())
  return count
}
