import { jsonParameter } from '../dialect.js'
import { chunks } from '../chunks.js'
import { rows, type Session } from '../database.js'

export interface WorkerRow {
  /** UUID of its state directory. */
  readonly worker_id: string
  readonly name: string
  /** JSON: what it last said of itself. */
  readonly facts: string
  readonly first_seen: number
  readonly last_seen: number
  /** When it said that it goes; null while it is there or has vanished. */
  readonly left_at: number | null
  /** JSON; null wants nothing. */
  readonly wanted: string | null
  /** Attempts that schedulers have seen end there, over all of its processes, and those that did not exit with 0. */
  readonly processed: number
  readonly failed: number
}

export async function listWorkers(session: Session): Promise<WorkerRow[]> {
  return rows(session, 'SELECT * FROM workers ORDER BY name, worker_id')
}

export async function lockWorker(session: Session, id: string): Promise<WorkerRow | undefined> {
  return (await rows<WorkerRow>(session, `SELECT * FROM workers WHERE worker_id = ?${session.dialect.forUpdate}`, [id]))[0]
}

export interface SeenWorker {
  readonly id: string
  readonly name: string
  readonly facts: string
  readonly seenAt: number
  readonly leftAt: number | null
}

/** Two clocks are compared by looking at one after the other: what was said a moment later may seem to have been said before. */
const CLOCKS_APART_MS = 1_000

/** Writes down what workers said of themselves; what was seen later stays. */
export async function writeSeen(session: Session, seen: readonly SeenWorker[]): Promise<void> {
  const { query, dialect } = session
  for (const chunk of chunks(seen)) {
    await query('workers').insert(chunk.map(({ id, name, facts, seenAt, leftAt }) => ({ worker_id: id, name, facts, first_seen: seenAt, last_seen: seenAt, left_at: leftAt }))).onConflict('worker_id').ignore()
  }
  const table = dialect.jsonRows([{ name: 'id', type: 'text' }, { name: 'n', type: 'text' }, { name: 'f', type: 'text' }, { name: 'seen', type: 'integer' }, { name: 'gone', type: 'integer' }])
  await query.raw(dialect.updateFrom({
    table: 'workers', rows: table, set: { name: 'v.n', facts: 'v.f', last_seen: 'v.seen', left_at: 'v.gone' }, where: `t.worker_id = v.id AND t.last_seen <= v.seen + ${CLOCKS_APART_MS}`,
  }), [jsonParameter(seen.map(({ id, name, facts, seenAt, leftAt }) => [id, name, facts, seenAt, leftAt]))])
}

export async function writeWanted(session: Session, id: string, wanted: string): Promise<void> {
  await session.query('workers').where({ worker_id: id }).update({ wanted })
}

/** Forgets those that nobody has heard of since. */
export async function forgetWorkers(session: Session, before: number): Promise<number> {
  return session.query('workers').where('last_seen', '<', before).delete()
}

export interface WorkerCount {
  readonly id: string
  readonly processed: number
  readonly failed: number
}

/** Adds what has ended lately to what workers have done. */
export async function countEnded(session: Session, counts: readonly WorkerCount[]): Promise<void> {
  if (counts.length === 0) return
  const { dialect, query } = session
  const table = dialect.jsonRows([{ name: 'id', type: 'text' }, { name: 'p', type: 'integer' }, { name: 'f', type: 'integer' }])
  await query.raw(dialect.updateFrom({ table: 'workers', rows: table, set: { processed: 't.processed + v.p', failed: 't.failed + v.f' }, where: 't.worker_id = v.id' }),
    [jsonParameter(counts.map(({ id, processed, failed }) => [id, processed, failed]))])
}
