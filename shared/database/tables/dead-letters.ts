import { chunks } from '../chunks.js'
import { rows, type Session } from '../database.js'

export interface DeadLetter {
  readonly queue: string
  readonly entry: string
  readonly payload: string
  readonly reason: string
}

/** Rows per INSERT: each may have 100 kB. */
const CHUNK = 100

/** Keeps what could not be applied, for people. */
export async function insertDeadLetters(session: Session, letters: readonly DeadLetter[]): Promise<void> {
  for (const chunk of chunks(letters, CHUNK)) {
    await session.query('dead_letters').insert(chunk.map(letter => ({
      ...letter, reason: letter.reason.slice(0, 1000), created_at: session.query.raw(session.dialect.now),
    }))).onConflict(['queue', 'entry']).ignore()
  }
}

export async function listDeadLetters(session: Session, limit: number): Promise<(DeadLetter & { id: number; created_at: number })[]> {
  return rows(session, 'SELECT * FROM dead_letters ORDER BY id DESC LIMIT ?', [limit])
}

export async function countDeadLetters(session: Session): Promise<number> {
  return (await rows<{ count: number }>(session, 'SELECT COUNT(*) AS count FROM dead_letters'))[0]?.count ?? 0
}
