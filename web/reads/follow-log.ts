import type { AttemptRow } from '../../shared/database/tables/attempts.js'
import { readLogPart } from '../../shared/log-reading/read-range.js'
import { viewFrame } from '../../shared/log-reading/view-frame.js'
import type { LogStore } from '../../shared/log-store/log-store.js'
import { ACTIVE_ATTEMPT_STATES, type AttemptState } from '../../shared/states/attempt.js'
import type { EventStream } from '../http/event-stream.js'
import type { LogTails } from './log-tails.js'

const CHUNK = 256 * 1024
/** For so long after its end the last lines of an attempt may be on their way. */
const SETTLING_MS = 30_000

export const isOver = ({ state }: AttemptRow): boolean => !(ACTIVE_ATTEMPT_STATES as readonly AttemptState[]).includes(state)

/** Sends a log from a place on, as fast as its reader takes it, and then what is added until the attempt has ended. */
export async function streamLog(stream: EventStream, attempt: AttemptRow, start: number, { store, tails }: { readonly store: LogStore; readonly tails: LogTails }): Promise<void> {
  let at = start
  for (;;) {
    const part = await readLogPart(store, attempt.log_path, at, CHUNK)
    if (stream.destroyed) return
    if (part.frames.length > 0) {
      at = part.next
      stream.event(part.frames.map(viewFrame), { id: at })
      await stream.drained()
      continue
    }
    if (isSettled(attempt)) {
      finish(stream)
      return
    }
    const leave = tails.join(attempt, at, {
      frames: (frames, next) => { stream.event(frames.map(viewFrame), next === null ? {} : { id: next }) },
      end: over => { if (over) finish(stream); else stream.end() },
    })
    if (leave === false) continue
    stream.once('close', leave)
    return
  }
}

const isSettled = (attempt: AttemptRow): boolean => isOver(attempt) && (attempt.ended_at === null || Date.now() - attempt.ended_at > SETTLING_MS)

function finish(stream: EventStream): void {
  stream.event(null, { name: 'end' })
  stream.end()
}
