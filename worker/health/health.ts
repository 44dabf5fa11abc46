/**
 * How fit a worker is to start tasks. What it runs already is never touched by any of these: it runs on, its leases are
 * renewed, its ends are reported. A process begins as `healthy`: a restart is a person's word that something was mended, and
 * what was not is found out again.
 *
 *              room is short               starts fail
 *    healthy ────────────────► guarded ──────────────────┐
 *     ▲ ▲ │ ◄──────────────────  │                       │
 *     │ │ └─────── room again ───┘      starts fail      │
 *     │ └────────────────────────────────────────────┐   │
 *     │                                               ▼   ▼
 *     └── the canary lives, room ── probing ◄────── quarantined
 *                                      │   time is up    ▲
 *                                      └─ it does not ───┘
 */
export const HealthState = {
  /** It takes work. */
  healthy: 'healthy',
  /** A disk or the memory is short, or Docker lacks what containers need: it takes nothing until there is room again, with some to spare. Entered and left by measuring. */
  guarded: 'guarded',
  /** Containers could not be started, for reasons that are its host's: it takes nothing, and gives back what has not started. Entered by failures, left by a probe only. */
  quarantined: 'quarantined',
  /** As `quarantined`, while a container of its own shows whether it can start one again. A crash here leaves that container, which the next process removes. */
  probing: 'probing',
} as const
export type HealthState = (typeof HealthState)[keyof typeof HealthState]

/** All that decides. Times are of a clock that is never set back. */
export interface Health {
  readonly state: HealthState
  /** What is short or missing, for people, with numbers. Kept during a quarantine as well. */
  readonly shortages: readonly string[]
  /** Failed starts since the last container that started, and all of the last {@link WINDOW_MS}. */
  readonly inARow: number
  readonly failedAt: readonly number[]
  /** What the last of them said. */
  readonly detail: string
  /** Why it was quarantined, for people; empty while it is not. */
  readonly cause: string
  /** Failed probes, and quarantines that came soon after one was over: each doubles the time to the next probe. */
  readonly setbacks: number
  readonly probeAt: number
  /** When the last quarantine was over. */
  readonly curedAt: number | null
}

export type HealthEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'failed'; readonly detail: string }
  | { readonly kind: 'measured'; readonly shortages: readonly string[] }
  | { readonly kind: 'probe' }
  /** `problem`: why the canary did not live; null when it did. */
  | { readonly kind: 'probed'; readonly problem: string | null }

export interface HealthLimits {
  /** Failed starts in a row that lead to a quarantine. */
  readonly quarantineAfter: number
  /** Milliseconds to the first probe that is not made at once. */
  readonly probeEvery: number
}

export const WINDOW_MS = 10 * 60_000
/** So many times `quarantineAfter` within the window are too many, even when others started in between. */
const WINDOW_FACTOR = 4
/** A quarantine that follows another within this time means that the canary cannot see what is wrong: the pauses grow. */
const RELAPSE_MS = 10 * 60_000
const LONGEST_PAUSE_MS = 10 * 60_000

export const HEALTHY: Health = { state: HealthState.healthy, shortages: [], inARow: 0, failedAt: [], detail: '', cause: '', setbacks: 0, probeAt: Infinity, curedAt: null }

export const isQuarantined = ({ state }: Health): boolean => state === HealthState.quarantined || state === HealthState.probing

/** What an event makes of it. */
export function next(health: Health, event: HealthEvent, now: number, limits: HealthLimits): Health {
  switch (event.kind) {
    // One that was under way when the quarantine began does not end it.
    case 'started': return isQuarantined(health) ? health : { ...health, inARow: 0 }
    case 'failed': return afterFailure(health, event.detail, now, limits)
    case 'measured': return settled({ ...health, shortages: event.shortages })
    case 'probe': return health.state === HealthState.quarantined ? { ...health, state: HealthState.probing, probeAt: Infinity } : health
    case 'probed': return afterProbe(health, event.problem, now, limits)
  }
}

function afterFailure(health: Health, detail: string, now: number, limits: HealthLimits): Health {
  if (isQuarantined(health)) return health
  const failedAt = [...health.failedAt.filter(at => now - at < WINDOW_MS), now]
  const inARow = health.inARow + 1
  const failed = { ...health, failedAt, inARow, detail }
  const { quarantineAfter } = limits
  const isMany = failedAt.length >= quarantineAfter * WINDOW_FACTOR
  if (inARow < quarantineAfter && !isMany) return failed
  const setbacks = health.curedAt !== null && now - health.curedAt < RELAPSE_MS ? health.setbacks + 1 : 0
  const count = inARow >= quarantineAfter ? `${inARow} containers in a row` : `${failedAt.length} containers within 10 minutes`
  return { ...failed, state: HealthState.quarantined, cause: `${count} could not be started; the last: ${detail}`, setbacks, probeAt: now + pause(setbacks, limits) }
}

function afterProbe(health: Health, problem: string | null, now: number, limits: HealthLimits): Health {
  if (health.state !== HealthState.probing) return health
  if (problem === null) return settled({ ...health, state: HealthState.healthy, inARow: 0, failedAt: [], detail: '', cause: '', probeAt: Infinity, curedAt: now })
  const setbacks = health.setbacks + 1
  return { ...health, state: HealthState.quarantined, detail: problem, setbacks, probeAt: now + pause(setbacks, limits) }
}

/** The first probe is made at once: failures that were not the host's cost it a moment only. */
const pause = (setbacks: number, { probeEvery }: HealthLimits): number =>
  (setbacks === 0 ? 0 : Math.min(probeEvery * 2 ** (setbacks - 1), Math.max(probeEvery, LONGEST_PAUSE_MS)))

const settled = (health: Health): Health =>
  (isQuarantined(health) ? health : { ...health, state: health.shortages.length > 0 ? HealthState.guarded : HealthState.healthy })

/** Why it is quarantined, for people. */
export function quarantineText({ cause, detail, setbacks, probeAt }: Health, now: number): string {
  const wait = Math.max(0, Math.ceil((probeAt - now) / 1000))
  const again = probeAt === Infinity ? 'it is being probed' : `the next probe is in ${wait} s`
  return `it is quarantined: ${cause}; ${setbacks > 0 && !cause.endsWith(detail) ? `the last probe failed: ${detail}; ` : ''}${again}`
}
