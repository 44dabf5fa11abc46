import { rows, type Session } from '../database.js'

export interface QueueRow {
  readonly name: string
  readonly epoch_id: string | null
  readonly epoch_counter: number
  readonly epoch_since: number | null
  readonly recovering_until: number | null
  /** Task instances of it that may be active at once; null means no limit of its own. */
  readonly max_active: number | null
  /** 1: workers take nothing from it. Jobs are put there all the same. */
  readonly is_paused: number
  /** When that was last changed; null: never. */
  readonly paused_at: number | null
  readonly paused_by: string | null
}

export async function ensureQueues(session: Session, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  await session.query('queues').insert(names.map(name => ({ name }))).onConflict('name').ignore()
}

export async function findQueue(session: Session, name: string): Promise<QueueRow | undefined> {
  return (await rows<QueueRow>(session, 'SELECT * FROM queues WHERE name = ?', [name]))[0]
}

export async function listQueues(session: Session): Promise<QueueRow[]> {
  return rows(session, 'SELECT * FROM queues ORDER BY name')
}

/** Keeps the highest counter seen; a lower one later proves that Redis went back in time. */
export async function raiseEpoch(session: Session, name: string, epochId: string, counter: number): Promise<void> {
  await session.query('queues').where({ name, epoch_id: epochId }).where('epoch_counter', '<', counter).update({ epoch_counter: counter })
}

/** Moves a queue from the epoch in `old` to a new one; false when another scheduler did. */
export async function beginEpoch(session: Session, old: Pick<QueueRow, 'name' | 'epoch_id'>, epochId: string, graceMs: number): Promise<boolean> {
  const { query, dialect } = session
  const changed = await query('queues').where({ name: old.name, epoch_id: old.epoch_id }).update({
    epoch_id: epochId, epoch_counter: 1, epoch_since: query.raw(dialect.now), recovering_until: query.raw(`${dialect.now} + ?`, [graceMs]),
  })
  return changed > 0
}

/** Returns whether there is such a queue. */
export async function limitQueue(session: Session, name: string, limit: number | null): Promise<boolean> {
  return (await session.query('queues').where({ name }).update({ max_active: limit })) > 0
}

const NAME_LENGTH = 200

/** Returns whether there is such a queue. The time grows with every change, also when the clock does not. */
export async function pauseQueue(session: Session, name: string, isPaused: boolean, by: string): Promise<boolean> {
  const { query, dialect } = session
  const later = query.raw(`CASE WHEN COALESCE(paused_at, 0) >= ${dialect.now} THEN paused_at + 1 ELSE ${dialect.now} END`)
  return (await query('queues').where({ name }).update({ is_paused: isPaused ? 1 : 0, paused_at: later, paused_by: by.slice(0, NAME_LENGTH) })) > 0
}
