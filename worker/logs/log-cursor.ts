import { z } from 'zod'
import { readTextIfAny } from '../state/durable-file.js'

const LogCursor = z.object({
  v: z.literal(1),
  /** Where the executor's log is read on; null for its beginning. */
  position: z.record(z.string(), z.union([z.string(), z.number()])).nullable(),
  /** Size and lines of what the log store has. */
  bytes: z.number().int().nonnegative(),
  lines: z.number().int().nonnegative(),
  truncated: z.boolean(),
})
/** How far a log has been shipped. */
export type LogCursor = Readonly<z.infer<typeof LogCursor>>

export const START: LogCursor = { v: 1, position: null, bytes: 0, lines: 0, truncated: false }

/** An unreadable cursor costs nothing but time: the log is shipped again from its beginning, to the same place. */
export async function readCursor(path: string): Promise<LogCursor> {
  const text = await readTextIfAny(path)
  if (text === null) return START
  try {
    return LogCursor.parse(JSON.parse(text))
  } catch {
    return START
  }
}
