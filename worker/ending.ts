import { FinishReason } from '../shared/states/attempt.js'
import type { Ended, Run } from './executors/executor.js'

/** Why a worker stops a task; kept on disk, so that the next process knows whose kill an exit code 137 was. */
export const StopCause = {
  timeout: 'timeout',
  cancelled: 'cancelled',
  /** The lease could not be renewed for so long that somebody else may run the task soon. */
  selfFenced: 'self_fenced',
  /** The attempt belongs to nobody, or to somebody else. */
  disowned: 'disowned',
} as const
export type StopCause = (typeof StopCause)[keyof typeof StopCause]

export interface StopRequest {
  readonly cause: StopCause
  /** Milliseconds since the epoch. */
  readonly at: number
  /** For people. */
  readonly detail: string
}

/** How an attempt ended, in the words of the `finished` event. */
export interface Ending {
  readonly reason: FinishReason
  readonly detail: string | null
  readonly exitCode: number | null
  readonly finishedAt: number
  readonly run: Run | null
}

/** 128 + SIGKILL and 128 + SIGTERM: other signals are what programs do to themselves. */
const KILLED_CODES = new Set([137, 143])

/** Times of files and of the kernel are those of its last tick. */
const CLOCK_TICK_MS = 10

const STOPPED_REASON: Readonly<Record<StopCause, FinishReason>> = {
  timeout: FinishReason.timeout,
  cancelled: FinishReason.cancelled,
  self_fenced: FinishReason.infrastructure,
  disowned: FinishReason.infrastructure,
}

/** What the end of a task means. `run` is what is known of it in case the executor has no record of it any more. */
export function endingOf(ended: Ended, stop: StopRequest | null, run: Run | null, now: number): Ending {
  if (ended.state === 'absent') {
    const detail = stop?.detail ?? 'its container or process vanished'
    return { reason: stop === null ? FinishReason.infrastructure : STOPPED_REASON[stop.cause], detail, exitCode: null, finishedAt: now, run }
  }
  const { exit } = ended
  const base = { exitCode: exit.exitCode, finishedAt: exit.finishedAt, run: ended.run }
  // A task that had ended before it was asked to ended by itself, whatever was wanted of it.
  if (stop !== null && exit.finishedAt >= stop.at - CLOCK_TICK_MS) return { ...base, reason: STOPPED_REASON[stop.cause], detail: stop.detail }
  if (exit.lost !== null) return { ...base, reason: FinishReason.infrastructure, detail: exit.lost }
  if (exit.oom) return { ...base, reason: FinishReason.oom, detail: 'the kernel killed it for memory' }
  if (exit.exitCode !== null && KILLED_CODES.has(exit.exitCode)) {
    return { ...base, reason: FinishReason.killed, detail: `killed by signal ${exit.exitCode - 128}, which Longshore did not send` }
  }
  return { ...base, reason: FinishReason.exited, detail: null }
}

/** The end of an attempt that never ran. */
export function unstarted(reason: FinishReason, detail: string, now: number): Ending {
  return { reason, detail, exitCode: null, finishedAt: now, run: null }
}
