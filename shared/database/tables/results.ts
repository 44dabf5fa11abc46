import { chunks } from '../chunks.js'
import type { Session } from '../database.js'

/** A result has up to 64 KiB, and MySQL's max_allowed_packet is 16 MiB where nobody raised it. */
const CHUNK = 100

/** Keeps the newest result of each task instance; `value` is JSON text. */
export async function writeResults(session: Session, results: ReadonlyMap<number, string>): Promise<void> {
  const all = [...results].map(([ti_id, value]) => ({ ti_id, value }))
  for (const chunk of chunks(all, CHUNK)) await session.query('results').insert(chunk).onConflict('ti_id').merge()
}

/** Results of the named tasks of one run, parsed, by task id. */
export async function readResults(session: Session, runKey: number, taskIds: readonly string[]): Promise<Record<string, unknown>> {
  if (taskIds.length === 0) return {}
  const found = await session.query('results').join('task_instances', 'task_instances.ti_id', 'results.ti_id')
    .where('task_instances.run_key', runKey).whereIn('task_instances.task_id', [...taskIds]).select('task_id', 'value') as { task_id: string; value: string }[]
  return Object.fromEntries(found.map(({ task_id, value }) => [task_id, JSON.parse(value) as unknown]))
}
