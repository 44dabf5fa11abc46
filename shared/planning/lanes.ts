import type { Session } from '../database/database.js'
import { ensureLanes, readLanes, type Lane, type LaneRow } from '../database/tables/lanes.js'
import type { TaskSpec } from '../dag/model.js'

/** The lane of a task's instances in one run. */
export function laneOf(task: TaskSpec, dagKey: number, runKey: number): Lane {
  const mapLimit = task.map?.maxActive ?? null
  return {
    dag_key: dagKey, queue: task.queue, pool: task.pool, pool_slots: task.poolSlots,
    task_id: task.maxActive === null && mapLimit === null ? null : task.id, task_limit: task.maxActive,
    run_key: mapLimit === null ? null : runKey, map_limit: mapLimit,
  }
}

const CAPACITY = 50_000

/**
 * Lanes never change, so they are read once. One that this very transaction made is not remembered: if it is rolled back,
 * its key may come to mean another lane.
 */
export class Lanes {
  readonly #keys = new Map<string, number>()
  readonly #rows = new Map<number, LaneRow>()
  readonly #made = new WeakMap<object, Set<number>>()

  /** The keys of lanes, in the order asked; made where they are new. */
  async ensure(session: Session, lanes: readonly Lane[]): Promise<number[]> {
    const names = lanes.map(lane => JSON.stringify(lane))
    const missing = new Map(lanes.flatMap((lane, index) => (this.#keys.has(names[index] as string) ? [] : [[names[index] as string, lane]])))
    const found = new Map<string, number>()
    if (missing.size > 0) {
      const { keys, made } = await ensureLanes(session, [...missing.values()])
      const mine = this.#madeBy(session)
      for (const key of made) mine.add(key)
      for (const [index, name] of [...missing.keys()].entries()) {
        const key = keys[index] as number
        found.set(name, key)
        if (!mine.has(key)) remember(this.#keys, name, key)
      }
    }
    return names.map(name => (found.get(name) ?? this.#keys.get(name)) as number)
  }

  async read(session: Session, keys: Iterable<number>): Promise<ReadonlyMap<number, LaneRow>> {
    const wanted = [...new Set(keys)]
    const missing = wanted.filter(key => !this.#rows.has(key))
    const fresh = new Map((missing.length === 0 ? [] : await readLanes(session, missing)).map(row => [row.lane_key, row]))
    const mine = this.#madeBy(session)
    for (const [key, row] of fresh) if (!mine.has(key)) remember(this.#rows, key, row)
    return new Map(wanted.flatMap(key => {
      const row = fresh.get(key) ?? this.#rows.get(key)
      return row === undefined ? [] : [[key, row] as const]
    }))
  }

  #madeBy({ query }: Session): Set<number> {
    let mine = this.#made.get(query)
    if (mine === undefined) this.#made.set(query, (mine = new Set()))
    return mine
  }
}

function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.set(key, value)
  if (map.size > CAPACITY) map.delete(map.keys().next().value as K)
}
