import { execute, rows, type Session } from '../database.js'
import { ACTIVE_STATES, TaskState } from '../../states/task-instance.js'

/** How full a queue was at a minute, and what came and went since the sample before. */
export interface QueueSampleRow {
  readonly queue: string
  readonly sampled_at: number
  readonly span_ms: number
  readonly waiting: number
  readonly active: number
  readonly oldest_ms: number
  readonly came: number
  readonly went: number
}

/** Adds samples; those that another scheduler has taken of the same minute stay. */
export async function insertSamples(session: Session, samples: readonly QueueSampleRow[]): Promise<void> {
  if (samples.length > 0) await session.query('queue_samples').insert([...samples]).onConflict(['queue', 'sampled_at']).ignore()
}

export async function samplesSince(session: Session, since: number): Promise<QueueSampleRow[]> {
  return rows(session, 'SELECT * FROM queue_samples WHERE sampled_at >= ? ORDER BY sampled_at, queue', [since])
}

export async function deleteSamples(session: Session, before: number): Promise<number> {
  return execute(session, 'DELETE FROM queue_samples WHERE sampled_at < ?', [before])
}

/** When the instance that has waited longest on this queue became runnable: for a slot, or queued for a worker; null: nothing waits. */
export async function waitingSince(session: Session, queue: string, state: typeof TaskState.scheduled | typeof TaskState.queued = TaskState.scheduled): Promise<number | null> {
  return (await rows<{ at: number | null }>(session, `SELECT MIN(scheduled_at) AS at FROM task_instances ${session.dialect.byIndex('task_instances_by_queue')} WHERE state = ? AND queue = ?`, [state, queue]))[0]?.at ?? null
}

/** Attempts that ended on this queue within a time, read from the index alone. */
export async function endedWithin(session: Session, queue: string, after: number, until: number): Promise<number> {
  return (await rows<{ count: number }>(session, `SELECT COUNT(*) AS count FROM attempts ${session.dialect.byIndex('attempts_by_end')} WHERE queue = ? AND ended_at > ? AND ended_at <= ?`, [queue, after, until]))[0]?.count ?? 0
}

/** Instances of each queue that wait for a slot, and those that have one. */
export async function fillOfQueues(session: Session): Promise<Map<string, { waiting: number; active: number }>> {
  const states = [TaskState.scheduled, ...ACTIVE_STATES]
  const counts = await rows<{ queue: string; state: TaskState; count: number }>(session, `SELECT queue, state, COUNT(*) AS count FROM task_instances ${session.dialect.byIndex('task_instances_by_queue')}
    WHERE state IN (${states.map(() => '?').join(', ')}) GROUP BY state, queue`, states)
  const fill = new Map<string, { waiting: number; active: number }>()
  for (const { queue, state, count } of counts) {
    const known = fill.get(queue) ?? { waiting: 0, active: 0 }
    if (state === TaskState.scheduled) known.waiting += count
    else known.active += count
    fill.set(queue, known)
  }
  return fill
}
