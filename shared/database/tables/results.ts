import type { Session } from '../database.js'

/** Keeps the newest result of each task instance; `value` is JSON text. */
export async function writeResults(session: Session, results: ReadonlyMap<number, string>): Promise<void> {
  if (results.size === 0) return
  await session.query('results').insert([...results].map(([ti_id, value]) => ({ ti_id, value }))).onConflict('ti_id').merge()
}

/** Results of the named tasks of one run, parsed, by task id. */
export async function readResults(session: Session, runKey: number, taskIds: readonly string[]): Promise<Record<string, unknown>> {
  if (taskIds.length === 0) return {}
  const found = await session.query('results').join('task_instances', 'task_instances.ti_id', 'results.ti_id')
    .where('task_instances.run_key', runKey).whereIn('task_instances.task_id', [...taskIds]).select('task_id', 'value') as { task_id: string; value: string }[]
  return Object.fromEntries(found.map(({ task_id, value }) => [task_id, JSON.parse(value) as unknown]))
}
