import type { Notice } from './notice.js'

/** What has been done about a notice. */
export interface Departure {
  readonly notice: Notice
  /** Workers that were told to drain, by unit and process. */
  readonly drained: ReadonlySet<string>
  /** Those whose tasks were told to end. */
  readonly stopped: ReadonlySet<string>
  readonly beatAt: number | null
}

/** A worker of this machine. */
export interface Resident {
  readonly unit: string
  readonly pid: number
  /** Whether it is ready: before that a signal would end it. */
  readonly isReady: boolean
}

export interface Deed {
  readonly drain: readonly string[]
  readonly stop: readonly string[]
  /** Ask the group for more time. */
  readonly beat: boolean
  /** Tell the group that it may end the machine. */
  readonly complete: boolean
}

/** What still runs is told to end so long before the machine goes: it has to be reported, and what it was doing begins elsewhere the sooner. */
export const STOP_BEFORE_MS = 20_000
/** A hook waits for half an hour without a word; the group is asked for more well before. */
export const BEAT_EVERY_MS = 300_000

export const keyOf = ({ unit, pid }: Resident): string => `${unit}/${pid}`

/** What is to be done now. A worker that is started anew meanwhile, by an update for instance, is told again. */
export function next({ notice, drained, stopped, beatAt }: Departure, residents: readonly Resident[], now: number): Deed {
  const ready = residents.filter(({ isReady }) => isReady)
  const isLate = notice.endsAt !== null && now >= notice.endsAt - STOP_BEFORE_MS
  const isEmpty = residents.length === 0
  return {
    drain: ready.filter(one => !drained.has(keyOf(one))).map(({ unit }) => unit),
    stop: isLate ? ready.filter(one => !stopped.has(keyOf(one))).map(({ unit }) => unit) : [],
    beat: notice.kind === 'scaleIn' && !isEmpty && (beatAt === null || now - beatAt >= BEAT_EVERY_MS),
    complete: notice.kind === 'scaleIn' && isEmpty,
  }
}
