import type { Session } from '../database/database.js'
import { bringForward } from '../database/tables/task-instances.js'
import { applyChange, type Change } from '../planning/consequences.js'
import type { Specs } from '../planning/specs.js'

/**
 * Makes a person's change and everything that follows from it, and has those looked at who wait for what ended by that.
 * Schedulers are told of ends by their own loops; nobody tells them of these.
 */
export async function settleChange(tx: Session, specs: Specs, change: Change): Promise<void> {
  const { endedKeys } = await applyChange(tx, specs, change)
  await bringForward(tx, endedKeys)
}
