import { createHash } from 'node:crypto'
import { chunks } from '../chunks.js'
import type { Session } from '../database.js'

/** The limits under which a task instance stands; those under the same ones share a lane. */
export interface Lane {
  readonly dag_key: number
  readonly queue: string
  readonly pool: string | null
  readonly pool_slots: number
  /** Of a task with a limit of its own, over all runs. */
  readonly task_id: string | null
  readonly task_limit: number | null
  /** Of a map with a limit for each run. */
  readonly run_key: number | null
  readonly map_limit: number | null
}

export interface LaneRow extends Lane {
  readonly lane_key: number
}

const hashOf = ({ dag_key, queue, pool, pool_slots, task_id, task_limit, run_key, map_limit }: Lane): string =>
  createHash('sha256').update(JSON.stringify([dag_key, queue, pool, pool_slots, task_id, task_limit, run_key, map_limit])).digest('hex')

export interface EnsuredLanes {
  /** In the order of what was asked. */
  readonly keys: readonly number[]
  /** Those that this transaction may have made. */
  readonly made: readonly number[]
}

/** Finds lanes or makes them. */
export async function ensureLanes(session: Session, lanes: readonly Lane[]): Promise<EnsuredLanes> {
  const wanted = new Map(lanes.map(lane => [hashOf(lane), lane]))
  const known = await findByHash(session, [...wanted.keys()])
  const missing = [...wanted].filter(([hash]) => !known.has(hash)).map(([hash, lane]) => ({ hash, ...lane }))
  for (const chunk of chunks(missing)) await session.query('lanes').insert(chunk).onConflict('hash').ignore()
  const made = missing.length === 0 ? new Map<string, number>() : await findByHash(session, missing.map(({ hash }) => hash))
  return { keys: lanes.map(lane => (known.get(hashOf(lane)) ?? made.get(hashOf(lane))) as number), made: [...made.values()] }
}

async function findByHash(session: Session, hashes: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const chunk of chunks(hashes)) {
    const rows = await session.query('lanes').whereIn('hash', [...chunk]).select('hash', 'lane_key') as { hash: string; lane_key: number }[]
    for (const { hash, lane_key } of rows) found.set(hash, lane_key)
  }
  return found
}

export async function readLanes(session: Session, keys: readonly number[]): Promise<LaneRow[]> {
  const found: LaneRow[] = []
  for (const chunk of chunks(keys)) {
    found.push(...await session.query('lanes').whereIn('lane_key', [...chunk])
      .select('lane_key', 'dag_key', 'queue', 'pool', 'pool_slots', 'task_id', 'task_limit', 'run_key', 'map_limit') as LaneRow[])
  }
  return found
}
