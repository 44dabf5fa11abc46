import { rows, type Session } from '../database.js'

export interface SchedulerRow {
  readonly scheduler_id: string
  /** JSON: what it last said of itself. */
  readonly facts: string
  readonly started_at: number
  readonly last_seen: number
  /** When it said that it goes; null while it is there or has vanished. */
  readonly left_at: number | null
}

/** What a scheduler says of itself. */
export interface SchedulerFacts {
  readonly host: string
  readonly pid: number
  readonly version: string
  /** Why it is not ready; null when it is. */
  readonly notReady: string | null
}

export async function listSchedulers(session: Session): Promise<SchedulerRow[]> {
  return rows(session, 'SELECT * FROM schedulers ORDER BY started_at, scheduler_id')
}

/** Says that it is there, or that it goes. */
export async function writeScheduler(session: Session, id: string, facts: SchedulerFacts, leaves: boolean): Promise<void> {
  const { query, dialect } = session
  const now = query.raw(dialect.now)
  await query('schedulers').insert({ scheduler_id: id, facts: JSON.stringify(facts), started_at: now, last_seen: now, left_at: leaves ? now : null })
    .onConflict('scheduler_id').merge({ facts: JSON.stringify(facts), last_seen: now, left_at: leaves ? now : null })
}

export async function forgetSchedulers(session: Session, before: number): Promise<void> {
  await session.query('schedulers').where('last_seen', '<', before).delete()
}
