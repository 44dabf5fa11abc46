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
