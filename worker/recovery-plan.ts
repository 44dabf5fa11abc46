import { MARK_TTL_MS, type RenewAnswer } from '../shared/broker/leases.js'
import type { Observation } from './executors/executor.js'

/** What to do about an attempt that a predecessor has left. */
export type RecoveryStep =
  /** It runs, or has ended without anybody having reported it. */
  | { readonly kind: 'adopt'; readonly run: Extract<Observation, { state: 'running' | 'exited' }>['run'] }
  /** It has never run, and it is still ours to run. */
  | { readonly kind: 'start' }
  /** It can neither be looked after nor be started any more. */
  | { readonly kind: 'abandon'; readonly detail: string }

export interface Remains {
  readonly intent: { readonly createdAt: number }
  readonly seen: Observation
  readonly answer: RenewAnswer
  readonly now: number
}

/**
 * Marks do not last for ever: an attempt that was fenced long ago looks like one that Redis forgot. Starting it would run a
 * task again that has long been run elsewhere.
 */
const MAX_START_AGE_MS = MARK_TTL_MS.fenced / 2
/** What is not there may have been made, run, confirmed and removed: a state directory from a backup looks like that. */
const MAX_ABSENT_AGE_MS = MARK_TTL_MS.durable

/** The step for an attempt whose finish is not on disk and that the scheduler has not given up. */
export function recoveryStep({ intent, seen, answer, now }: Remains): RecoveryStep {
  if (seen.state === 'running' || seen.state === 'exited') return { kind: 'adopt', run: seen.run }
  const limit = seen.state === 'absent' ? MAX_ABSENT_AGE_MS : MAX_START_AGE_MS
  if (answer === 'retaken' && now - intent.createdAt > limit) return { kind: 'abandon', detail: 'the worker was away too long to start it now' }
  return { kind: 'start' }
}
