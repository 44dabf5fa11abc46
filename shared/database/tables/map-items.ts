import { chunks } from '../chunks.js'
import type { Session } from '../database.js'

export interface MapItem {
  readonly run_key: number
  readonly task_id: string
  readonly map_index: number
  /** JSON text. */
  readonly value: string
}

/** Rows per INSERT: each may have as much as a result. */
const CHUNK = 100

/** Replaces what an earlier expansion left. */
export async function writeMapItems(session: Session, items: readonly MapItem[]): Promise<void> {
  for (const chunk of chunks(items, CHUNK)) await session.query('map_items').insert([...chunk]).onConflict(['run_key', 'task_id', 'map_index']).merge()
}

/** The items of these instances, parsed, by `run_key/task_id/map_index`. */
export async function readMapItems(session: Session, instances: readonly Pick<MapItem, 'run_key' | 'task_id' | 'map_index'>[]): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>()
  for (const chunk of chunks(instances)) {
    const rows = await session.query('map_items').whereIn(['run_key', 'task_id', 'map_index'], chunk.map(({ run_key, task_id, map_index }) => [run_key, task_id, map_index])) as MapItem[]
    for (const row of rows) found.set(itemKey(row), JSON.parse(row.value))
  }
  return found
}

export const itemKey = ({ run_key, task_id, map_index }: Pick<MapItem, 'run_key' | 'task_id' | 'map_index'>): string => `${run_key}/${task_id}/${map_index}`

/** Before a mapped task is expanded anew. */
export async function deleteMapItems(session: Session, runKey: number, taskIds: readonly string[]): Promise<void> {
  for (const chunk of chunks(taskIds)) await session.query('map_items').where('run_key', runKey).whereIn('task_id', [...chunk]).delete()
}
