import { chunks } from '../chunks.js'
import { rows, type Session } from '../database.js'
import { jsonParameter } from '../dialect.js'
import type { TaskState } from '../../states/task-instance.js'
import type { AttemptRow } from './attempts.js'
import type { TaskInstanceRow } from './task-instances.js'

/** Lists of the task instances of one run for people. They name the columns that they show: to send and to parse all 27 of an instance takes longer than to find it. */

export interface InstancePageFilter {
  /** None: all. */
  readonly states: readonly TaskState[]
  readonly task: string | null
  readonly limit: number
}

export type InstanceKey = readonly [taskId: string, mapIndex: number]
const NAME = ['task_id', 'map_index'] as const

/** In the order of their names; what a map has no place for any more comes with them. Those in some states without reading the others. */
export async function pageOfInstances<Column extends keyof TaskInstanceRow>(
  session: Session, runKey: number, columns: readonly Column[], { states, task, limit }: InstancePageFilter, after: InstanceKey | null,
): Promise<Pick<TaskInstanceRow, Column | (typeof NAME)[number]>[]> {
  const shown = [...new Set<keyof TaskInstanceRow>([...NAME, ...columns])].join(', ')
  const conditions = [...(task === null ? [] : ['task_id = ?']), ...(after === null ? [] : ['task_id >= ? AND (task_id > ? OR map_index > ?)'])].map(condition => ` AND ${condition}`).join('')
  const bound = [...(task === null ? [] : [task]), ...(after === null ? [] : [after[0], after[0], after[1]]), limit]
  const part = (index: string, state: string): string => `SELECT ${shown} FROM task_instances ${session.dialect.byIndex(index)} WHERE run_key = ?${state}${conditions} ORDER BY task_id, map_index LIMIT ?`
  if (states.length === 0) return rows(session, part('task_instances_name', ''), [runKey, ...bound])
  return rows(session, `SELECT * FROM (${states.map(() => `SELECT * FROM (${part('task_instances_of_run', ' AND state = ?')}) AS part`).join(' UNION ALL ')}) AS parts ORDER BY task_id, map_index LIMIT ?`,
    [...states.flatMap(state => [runKey, state, ...bound]), limit])
}

/** One instance by its name. */
export async function findInstance(session: Session, runKey: number, [taskId, mapIndex]: InstanceKey): Promise<TaskInstanceRow | undefined> {
  return (await rows<TaskInstanceRow>(session, 'SELECT * FROM task_instances WHERE run_key = ? AND task_id = ? AND map_index = ?', [runKey, taskId, mapIndex]))[0]
}

/** The newest attempt of each of these instances that has one: its fence is that of the instance. */
export async function newestAttempts<Column extends keyof AttemptRow>(session: Session, instances: readonly Pick<TaskInstanceRow, 'ti_id' | 'fence'>[], columns: readonly Column[]): Promise<Pick<AttemptRow, Column>[]> {
  if (instances.length === 0) return []
  const wanted = session.dialect.jsonRows([{ name: 'ti', type: 'integer' }, { name: 'newest', type: 'integer' }])
  return rows(session, `SELECT ${columns.map(column => `a.${column}`).join(', ')} FROM ${wanted} v ${session.dialect.joinInOrder} attempts a ON a.ti_id = v.ti AND a.fence = v.newest`,
    [jsonParameter(instances.map(({ ti_id, fence }) => [ti_id, fence]))])
}

/** The newest attempts of one instance, oldest first. One that answers "not yet" has one for each look. */
export async function lastAttempts(session: Session, tiId: number, limit: number): Promise<AttemptRow[]> {
  return (await rows<AttemptRow>(session, 'SELECT * FROM attempts WHERE ti_id = ? ORDER BY fence DESC LIMIT ?', [tiId, limit])).reverse()
}

export async function findAttempt(session: Session, tiId: number, fence: number): Promise<AttemptRow | undefined> {
  return (await rows<AttemptRow>(session, 'SELECT * FROM attempts WHERE ti_id = ? AND fence = ?', [tiId, fence]))[0]
}

/** The result of one instance as JSON text. */
export async function resultOf(session: Session, tiId: number): Promise<string | null> {
  return (await rows<{ value: string }>(session, 'SELECT value FROM results WHERE ti_id = ?', [tiId]))[0]?.value ?? null
}

/** The attempts of these instances, in their order. */
export async function attemptsOfInstances<Column extends keyof AttemptRow>(session: Session, tiIds: readonly number[], columns: readonly Column[], limit: number): Promise<Pick<AttemptRow, Column>[]> {
  const found: Pick<AttemptRow, Column>[] = []
  for (const chunk of chunks(tiIds)) {
    if (found.length >= limit) break
    found.push(...await rows<Pick<AttemptRow, Column>>(session, `SELECT ${columns.join(', ')} FROM attempts WHERE ti_id IN (${chunk.map(() => '?').join(', ')}) ORDER BY ti_id, fence LIMIT ?`, [...chunk, limit - found.length]))
  }
  return found
}
