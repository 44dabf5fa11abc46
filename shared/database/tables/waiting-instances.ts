import { TaskState } from '../../states/task-instance.js'
import { waitKey } from '../../planning/wait-key.js'
import { rows, type Session } from '../database.js'
import type { TaskInstanceRow } from './task-instances.js'

const WAITING = `state IN ('${TaskState.upForRetry}', '${TaskState.upForReschedule}')`
/** Those have a loop of their own, because slow servers must not delay what waits for something else. */
const NOT_HTTP = `(wait_key IS NULL OR wait_key <> '${waitKey.http}')`
const HTTP = `state = '${TaskState.upForReschedule}' AND wait_key = '${waitKey.http}'`

/** Instances that wait without a slot and whose next look is due by the database's clock, except those that wait for an answer over HTTP. */
export async function dueInstances(session: Session, limit: number): Promise<TaskInstanceRow[]> {
  return rows(session, `SELECT * FROM task_instances WHERE ${WAITING} AND due_at <= ${session.dialect.now} AND ${NOT_HTTP} ORDER BY due_at LIMIT ?`, [limit])
}

/** Milliseconds until the next look is due; null when nothing waits. */
export async function untilNextLook(session: Session): Promise<number | null> {
  return wait(session, `${WAITING} AND ${NOT_HTTP}`)
}

export async function dueHttpInstances(session: Session, limit: number): Promise<TaskInstanceRow[]> {
  return rows(session, `SELECT * FROM task_instances WHERE ${HTTP} AND due_at <= ${session.dialect.now} ORDER BY due_at LIMIT ?`, [limit])
}

export async function untilNextHttpLook(session: Session): Promise<number | null> {
  return wait(session, HTTP)
}

async function wait(session: Session, condition: string): Promise<number | null> {
  const [row] = await rows<{ wait: number | null }>(session, `SELECT MIN(due_at) - ${session.dialect.now} AS wait FROM task_instances WHERE ${condition}`)
  return row?.wait ?? null
}

/**
 * Takes due HTTP waits for one scheduler: nobody else finds them due for `milliseconds`. If this scheduler dies, they are
 * due again by then. Those that another scheduler is just taking are left out.
 */
export async function claimHttpInstances(session: Session, ids: readonly number[], milliseconds: number): Promise<TaskInstanceRow[]> {
  if (ids.length === 0) return []
  const { dialect } = session
  const marks = (list: readonly unknown[]): string => list.map(() => '?').join(', ')
  const free = await rows<{ ti_id: number }>(session, `SELECT ti_id FROM task_instances WHERE ti_id IN (${marks(ids)}) AND ${HTTP} AND due_at <= ${dialect.now}${dialect.forUpdateSkipLocked}`, [...ids])
  if (free.length === 0) return []
  const claimed = free.map(({ ti_id }) => ti_id)
  await session.query('task_instances').whereIn('ti_id', claimed).update({ due_at: session.query.raw(`${dialect.now} + ?`, [milliseconds]) })
  return rows(session, `SELECT * FROM task_instances WHERE ti_id IN (${marks(claimed)})`, claimed)
}

/**
 * Reads instances and locks them, so that nothing brings their next look forward between what this look sees and what it
 * writes: the news of what ended meanwhile would be overwritten.
 */
export async function lockTaskInstances(session: Session, ids: readonly number[]): Promise<Map<number, TaskInstanceRow>> {
  if (ids.length === 0) return new Map()
  const found = await rows<TaskInstanceRow>(session, `SELECT * FROM task_instances WHERE ti_id IN (${ids.map(() => '?').join(', ')}) ORDER BY ti_id${session.dialect.forUpdate}`, [...ids])
  return new Map(found.map(row => [row.ti_id, row]))
}

/** Puts a look off that cannot be made. */
export async function postponeLook(session: Session, { ti_id, fence, state }: Pick<TaskInstanceRow, 'ti_id' | 'fence' | 'state'>, milliseconds: number, reason: string): Promise<void> {
  await session.query('task_instances').where({ ti_id, fence, state }).update({ due_at: session.query.raw(`${session.dialect.now} + ?`, [milliseconds]), reason })
}

/** Every run and task end for which anything waits. Who posts an event looks himself for those who wait for it. */
export async function waitKeysInUse(session: Session): Promise<string[]> {
  const found = await rows<{ wait_key: string }>(session, `SELECT DISTINCT wait_key FROM task_instances WHERE state = '${TaskState.upForReschedule}' AND (wait_key LIKE 'runs:%' OR wait_key LIKE 'tasks:%')`)
  return found.map(({ wait_key }) => wait_key)
}

/** How many instances wait under a key; those of one run only, when it is told. */
export async function countWaiting(session: Session, key: string, runKey: number | null): Promise<number> {
  const [row] = await rows<{ count: number }>(session, `SELECT COUNT(*) AS count FROM task_instances WHERE state = '${TaskState.upForReschedule}' AND wait_key = ?${runKey === null ? '' : ' AND run_key = ?'}`,
    [key, ...(runKey === null ? [] : [runKey])])
  return row?.count ?? 0
}
