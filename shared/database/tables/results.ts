import { chunks } from '../chunks.js'
import type { Session } from '../database.js'

/** A result has up to 64 KiB, and MySQL's max_allowed_packet is 16 MiB where nobody raised it. */
const CHUNK = 100

/** Keeps the newest result of each task instance; `value` is JSON text. */
export async function writeResults(session: Session, results: ReadonlyMap<number, string>): Promise<void> {
  const all = [...results].map(([ti_id, value]) => ({ ti_id, value }))
  for (const chunk of chunks(all, CHUNK)) await session.query('results').insert(chunk).onConflict('ti_id').merge()
}

/** Results of the named tasks of one run, parsed, by task id. That of a mapped task is the list of its instances' results, in their order. */
export async function readResults(session: Session, runKey: number, taskIds: readonly string[]): Promise<Record<string, unknown>> {
  if (taskIds.length === 0) return {}
  const found = await session.query('results').join('task_instances', 'task_instances.ti_id', 'results.ti_id')
    .where('task_instances.run_key', runKey).whereIn('task_instances.task_id', [...taskIds]).orderBy('map_index')
    .select('task_id', 'map_index', 'value') as { task_id: string; map_index: number; value: string }[]
  const results = new Map<string, unknown>()
  for (const { task_id, map_index, value } of found) {
    const result = JSON.parse(value) as unknown
    if (map_index < 0) results.set(task_id, result)
    else append(results, task_id, result)
  }
  return Object.fromEntries(results)
}

function append(lists: Map<string, unknown>, key: string, value: unknown): void {
  const list = lists.get(key) as unknown[] | undefined
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}
