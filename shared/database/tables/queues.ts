import { rows, type Session } from '../database.js'

export interface QueueRow {
  readonly name: string
  readonly epoch_id: string | null
  readonly epoch_counter: number
  readonly epoch_since: number | null
  readonly recovering_until: number | null
}

export async function ensureQueues(session: Session, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  await session.query('queues').insert(names.map(name => ({ name }))).onConflict('name').ignore()
}

export async function listQueues(session: Session): Promise<QueueRow[]> {
  return rows(session, 'SELECT * FROM queues ORDER BY name')
}

export async function lockQueue(session: Session, name: string): Promise<QueueRow | undefined> {
  return (await rows<QueueRow>(session, `SELECT * FROM queues WHERE name = ?${session.dialect.forUpdate}`, [name]))[0]
}

/** Keeps the highest counter seen; a lower one later proves that Redis went back in time. */
export async function raiseEpoch(session: Session, name: string, epochId: string, counter: number): Promise<void> {
  await session.query('queues').where({ name, epoch_id: epochId }).where('epoch_counter', '<', counter).update({ epoch_counter: counter })
}

export async function beginEpoch(session: Session, name: string, epochId: string, recoveringUntil: number): Promise<void> {
  await session.query('queues').where({ name }).update({
    epoch_id: epochId, epoch_counter: 1, epoch_since: session.query.raw(session.dialect.now), recovering_until: recoveringUntil,
  })
}
