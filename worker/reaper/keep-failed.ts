import type { FinishedEvent } from '../../shared/protocol/events.js'
import { FinishReason } from '../../shared/states/attempt.js'

/** Ends that say nothing about what went on in the container, or that somebody wanted. */
const UNINTERESTING: ReadonlySet<FinishReason> = new Set([FinishReason.cancelled, FinishReason.rejected])

/** Until when the container of an attempt that ended like this is kept for people; null when it is not. `keepFor` 0 keeps none. */
export function keepUntil({ reason, exitCode }: Pick<FinishedEvent, 'reason' | 'exitCode'>, keepFor: number, now: number): number | null {
  const hasFailed = !UNINTERESTING.has(reason) && !(reason === FinishReason.exited && exitCode === 0)
  return keepFor > 0 && hasFailed ? now + keepFor : null
}
