import { AN_EVENT_NAME, isEventName } from '../dag/wait-fields.js'
import type { Database } from '../database/database.js'
import { insertExternalEvent } from '../database/tables/external-events.js'
import { bringForward } from '../database/tables/task-instances.js'
import { countWaiting } from '../database/tables/waiting-instances.js'
import { LongshoreError } from '../errors.js'
import { parseJson } from '../parse-json.js'
import { waitKey } from '../planning/wait-key.js'
import { mustFindRun } from './find.js'

/** As of a result, which it becomes. */
const MAX_PAYLOAD_BYTES = 64 * 1024

export interface EventPost {
  readonly name: string
  /** Null: for every run that waits for it. */
  readonly run: { readonly dag: string; readonly run: string } | null
  /** JSON text. */
  readonly payload: string
  /** The tasks that wait for it fail. */
  readonly isRejected: boolean
  /** Who posts it. */
  readonly by: string | null
}

/**
 * Posts an event for tasks that wait for it, and has them looked at. Returns how many wait for it now.
 * @throws LongshoreError LS_EVENT_INVALID, LS_DAG_NOT_FOUND, LS_RUN_NOT_FOUND
 */
export async function postEvent(database: Database, { name, run, payload, isRejected, by }: EventPost): Promise<number> {
  if (!isEventName(name)) throw new LongshoreError('LS_EVENT_INVALID', `'${name.slice(0, 100)}' is not ${AN_EVENT_NAME}`)
  const value = payloadText(name, payload)
  const runKey = run === null ? null : (await mustFindRun(database, run.dag, run.run)).run.run_key
  return database.transact('post-event', async tx => {
    await insertExternalEvent(tx, { name, run_key: runKey, payload: value, is_rejected: isRejected, posted_by: by?.slice(0, 200) ?? null })
    const waiting = await countWaiting(tx, waitKey.event(name), runKey)
    await bringForward(tx, [waitKey.event(name)])
    return waiting
  })
}

function payloadText(name: string, payload: string): string {
  let text: string
  try {
    text = JSON.stringify(parseJson(payload))
  } catch (cause) {
    throw new LongshoreError('LS_EVENT_INVALID', `the payload of event '${name}' is not JSON: ${(cause as Error).message}`, { cause })
  }
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_PAYLOAD_BYTES) throw new LongshoreError('LS_EVENT_INVALID', `the payload of event '${name}' takes ${bytes} bytes as JSON, and at most ${MAX_PAYLOAD_BYTES} are allowed`)
  return text
}
