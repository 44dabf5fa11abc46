import { rows, type Session } from '../database.js'

export interface DueDag {
  readonly version_key: number
  /** When its next run is due, milliseconds since the epoch. */
  readonly due_at: number
}

/** DAGs whose next run is due within so many milliseconds, the soonest first. */
export async function dagsDueWithin(session: Session, milliseconds: number, limit: number): Promise<DueDag[]> {
  return rows(session, `SELECT version_key, next_due_at AS due_at FROM dags
    WHERE is_active = 1 AND is_paused = 0 AND next_due_at <= ${session.dialect.now} + ? ORDER BY next_due_at LIMIT ?`, [milliseconds, limit])
}
