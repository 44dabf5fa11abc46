import type { Database } from '../../shared/database/database.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { postponeLook } from '../../shared/database/tables/waiting-instances.js'
import { isContention, isOutage } from '../../shared/outage.js'
import type { SchedulerBus } from '../bus.js'

/** Until a look that failed in a way that nobody expects is tried again, milliseconds. */
const SET_ASIDE_MS = 60_000

/** Says nothing about what is looked at: all of it is tried again. */
export const isPassing = (error: unknown): boolean => isOutage(error) || isContention(error)

/** Puts off one look that failed in a way that nobody expects, so that it does not hold up the others. */
export async function setAside(database: Database, bus: SchedulerBus, row: TaskInstanceRow, error: unknown): Promise<void> {
  if (isPassing(error)) throw error
  bus.emit('look-failed', { taskInstance: row.ti_id, task: row.task_id, error })
  const reason = `the last look failed: ${error instanceof Error ? error.message : String(error)}`.slice(0, 500)
  await database.transact('postpone-look', tx => postponeLook(tx, row, SET_ASIDE_MS, reason))
}
