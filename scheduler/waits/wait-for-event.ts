import type { Session } from '../../shared/database/database.js'
import { firstEvent } from '../../shared/database/tables/external-events.js'
import { waitKey } from '../../shared/planning/wait-key.js'
import { notYet, type Verdict } from './verdict.js'

/** The first event since the wait began decides; one that was posted before it meant another wait. */
export async function lookForEvent(tx: Session, name: string, runKey: number, since: number): Promise<Verdict> {
  const event = await firstEvent(tx, name, runKey, since)
  if (event === undefined) return notYet(`waits for the event '${name}'`, waitKey.event(name))
  const by = event.posted_by === null ? '' : ` by ${event.posted_by}`
  if (event.is_rejected !== 0) return { kind: 'failed', because: `event '${name}' was rejected${by}${event.payload === 'null' ? '' : `: ${event.payload}`}` }
  return { kind: 'done', because: `event '${name}' was posted${by}`, result: event.payload }
}
