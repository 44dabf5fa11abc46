import { FinishReason } from '../shared/states/attempt.js'
import { bytesText } from '../shared/bytes.js'
import type { Resources } from '../shared/protocol/events.js'
import type { Ended, Run } from './executors/executor.js'
import { resourcesOf, type Usage } from './resources/usage.js'

/** Why a worker stops a task; kept on disk, so that the next process knows whose kill an exit code 137 was. */
export const StopCause = {
  timeout: 'timeout',
  cancelled: 'cancelled',
  /** The lease could not be renewed for so long that somebody else may run the task soon. */
  selfFenced: 'self_fenced',
  /** The attempt belongs to nobody, or to somebody else. */
  disowned: 'disowned',
  /** The worker ends for good, and the task has not ended by the deadline. */
  drained: 'drained',
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
  readonly resources: Resources | null
}

/** What is known of a task's memory and time besides how it exited. */
export interface Footprint {
  readonly usage: Usage | null
  /** Its limit of memory, in bytes; null means none. */
  readonly memory: number | null
}

const NOTHING_KNOWN: Footprint = { usage: null, memory: null }

/**
 * 128 + the signal: what an init and a shell exit with when their program was killed. Only signals that no program sends itself as
 * a way of saying something; what else is above 128 is an exit code.
 */
const SIGNALS: ReadonlyMap<number | null, string> = new Map([
  [132, 'SIGILL'], [133, 'SIGTRAP'], [134, 'SIGABRT'], [135, 'SIGBUS'], [136, 'SIGFPE'], [137, 'SIGKILL'], [139, 'SIGSEGV'],
  [143, 'SIGTERM'], [152, 'SIGXCPU'], [153, 'SIGXFSZ'], [159, 'SIGSYS'],
])

/** What shells and inits mean with these (POSIX, 2.8.2). */
const NOTES: ReadonlyMap<number | null, string> = new Map([
  [126, 'its command, or one that it called, could not be executed'], [127, 'its command, or one that it called, was not found'],
])

/** Somebody must have sent the first two; the others are what the kernel answers to a fault of the program. */
const SIGNAL_NOTES: ReadonlyMap<number | null, string> = new Map([
  [137, 'which Longshore did not send'], [143, 'which Longshore did not send'],
  [159, 'the answer to a system call that the worker does not allow: those of a 32-bit program, most likely (systemCalls)'],
])

/** Times of files and of the kernel are those of its last tick. */
const CLOCK_TICK_MS = 10

/** Memory is counted in pages and in batches of them: a task this near to its limit was at it. */
const AT_LIMIT = 0.98

const STOPPED_REASON: Readonly<Record<StopCause, FinishReason>> = {
  timeout: FinishReason.timeout,
  cancelled: FinishReason.cancelled,
  self_fenced: FinishReason.infrastructure,
  disowned: FinishReason.infrastructure,
  drained: FinishReason.infrastructure,
}

/** What the end of a task means. `run` is what is known of it in case the executor has no record of it any more. */
export function endingOf(ended: Ended, stop: StopRequest | null, run: Run | null, now: number, footprint: Footprint = NOTHING_KNOWN): Ending {
  const resources = resourcesOf(footprint.usage)
  if (ended.state === 'absent') {
    const detail = stop?.detail ?? 'its container or process vanished'
    return { reason: stop === null ? FinishReason.infrastructure : STOPPED_REASON[stop.cause], detail, exitCode: null, finishedAt: now, run, resources }
  }
  const { exit } = ended
  const base = { exitCode: exit.exitCode, finishedAt: exit.finishedAt, run: ended.run, resources }
  // A task that had ended before it was asked to ended by itself, whatever was wanted of it.
  if (stop !== null && exit.finishedAt >= stop.at - CLOCK_TICK_MS) return { ...base, reason: STOPPED_REASON[stop.cause], detail: stop.detail }
  if (exit.lost !== null) return { ...base, reason: FinishReason.infrastructure, detail: exit.lost }
  const outOfMemory = exit.oom || (footprint.usage?.oomKills ?? 0) > 0
  if (outOfMemory && exit.exitCode === 0) return { ...base, reason: FinishReason.exited, detail: `it exited with 0 although the kernel killed a process of it, ${memoryText(footprint)}` }
  if (outOfMemory || (exit.exitCode === 137 && wasAtLimit(footprint))) return { ...base, reason: FinishReason.oom, detail: memoryText(footprint) }
  const signal = SIGNALS.get(exit.exitCode)
  if (signal === undefined) return { ...base, reason: FinishReason.exited, detail: NOTES.get(exit.exitCode) ?? null }
  const note = SIGNAL_NOTES.get(exit.exitCode)
  return { ...base, reason: FinishReason.killed, detail: `killed by ${signal}${note === undefined ? '' : `, ${note}`}` }
}

const wasAtLimit = ({ usage, memory }: Footprint): boolean => memory !== null && (usage?.peakMemory ?? 0) >= memory * AT_LIMIT

function memoryText({ usage, memory }: Footprint): string {
  const peak = usage?.peakMemory ?? null
  if (memory === null) return `out of memory: ${peak === null ? '' : `peak ${bytesText(peak)}, and `}it had no limit of its own, so the host had none left`
  // The killing itself is the proof of a peak that no look has met.
  if (peak === null) return `out of memory: peak ${bytesText(memory)} of a limit of ${bytesText(memory)}`
  // It grew so fast that the last look came before.
  if (peak < memory * AT_LIMIT) return `out of memory: it went from ${bytesText(peak)} to its limit of ${bytesText(memory)} between two looks`
  return `out of memory: peak ${bytesText(Math.min(peak, memory))} of a limit of ${bytesText(memory)}`
}

/** The end of an attempt that never ran. */
export function unstarted(reason: FinishReason, detail: string, now: number): Ending {
  return { reason, detail, exitCode: null, finishedAt: now, run: null, resources: null }
}
