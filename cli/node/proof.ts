import type { Unit } from './host.js'

/** What is known of a unit besides what its supervisor says. */
export interface Seen {
  readonly unit: Unit
  /** Why it does not do its work yet, in its own words; null when it does. */
  readonly notReady: string | null
}

export type Verdict =
  | { readonly kind: 'proven' }
  /** It may still come. */
  | { readonly kind: 'pending'; readonly why: string }
  /** It will not. */
  | { readonly kind: 'broken'; readonly why: string }

/**
 * Why a worker is not what it shall be. It must have taken over what ran before and still runs; what it has started itself since does not
 * count: what it says of itself may be some seconds old, but tasks of before only ever become fewer.
 */
export function whyNotYet(worker: { readonly version: string; readonly active: number }, version: string, before: readonly string[], running: readonly string[]): string | null {
  if (worker.version !== version) return `its worker says that it is version ${worker.version}`
  const known = new Set(before)
  const old = running.filter(id => known.has(id)).length
  return worker.active >= old ? null : `it has taken over ${worker.active} of ${old} tasks`
}

/** One restart can have a reason that passes; a process that ends again and again will not stay. */
const MOST_RESTARTS = 3

/** Whether everything that ran before runs again, in new processes where `isNew`, and does its work. */
export function judge(before: readonly { readonly name: string; readonly pid: number }[], now: readonly Seen[], isNew: boolean): Verdict {
  let pending: string | null = null
  for (const { name, pid } of before) {
    const seen = now.find(({ unit }) => unit.name === name)
    if (seen !== undefined && seen.unit.restarts >= MOST_RESTARTS) return { kind: 'broken', why: `${name} has ended ${seen.unit.restarts} times after its start` }
    pending ??= whyPending(name, pid, seen, isNew)
  }
  return pending === null ? { kind: 'proven' } : { kind: 'pending', why: pending }
}

function whyPending(name: string, pid: number, seen: Seen | undefined, isNew: boolean): string | null {
  if (seen === undefined || seen.unit.state === 'down') return `${name} does not run`
  if (seen.unit.state === 'starting') return `${name} is not ready: it is still starting`
  if (isNew && seen.unit.pid === pid) return `${name} has not been restarted`
  return seen.notReady === null ? null : `${name} is not ready: ${seen.notReady}`
}
