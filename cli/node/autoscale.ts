/** What is known of a pool, and what is wanted of it. */
export interface PoolLook {
  /** Tasks that wait or run, for each slot in service. */
  readonly perSlot: number
  readonly nodes: number
  readonly min: number
  readonly max: number
  /** What `perSlot` is to be. */
  readonly aim: number
  /** Milliseconds. */
  readonly now: number
}

/** What earlier looks have left; begins as {@link FRESH}. */
export interface ScaleState {
  /** When the number of nodes was changed last. */
  readonly changedAt: number | null
  /** Since when there have been more nodes than needed. */
  readonly lowSince: number | null
}

export const FRESH: ScaleState = { changedAt: null, lowSince: null }

export interface ScaleTimes {
  /** A new node needs a while until it takes tasks: growing waits this long for what grew before. */
  readonly warmup: number
  /** So long there have been too many before any goes. */
  readonly calm: number
}

/** Between these parts of the aim nothing changes: a number that trembles moves no machine. */
const TOLERANCE = 0.1

/**
 * How many nodes a pool is to have, by the rule of AWS' target tracking: as many as bring the backlog for each slot to the aim. Grows at
 * once, shrinks by one node after a calm. Which node goes, and that its tasks are waited for, is the business of whoever takes it away.
 */
export function nodesFor({ perSlot, nodes, min, max, aim, now }: PoolLook, state: ScaleState, { warmup, calm }: ScaleTimes): { readonly nodes: number; readonly state: ScaleState } {
  const within = (count: number): number => Math.min(max, Math.max(min, count))
  const bounded = within(nodes)
  if (bounded !== nodes) return { nodes: bounded, state: { changedAt: now, lowSince: null } }
  const needed = within(Math.ceil(Math.max(nodes, 1) * perSlot / aim - TOLERANCE))
  if (perSlot > aim * (1 + TOLERANCE) && needed > nodes) {
    const isWarm = state.changedAt === null || now - state.changedAt >= warmup
    return isWarm ? { nodes: needed, state: { changedAt: now, lowSince: null } } : { nodes, state: { ...state, lowSince: null } }
  }
  if (perSlot >= aim * (1 - TOLERANCE) || needed >= nodes) return { nodes, state: { ...state, lowSince: null } }
  const lowSince = state.lowSince ?? now
  if (now - lowSince < calm) return { nodes, state: { ...state, lowSince } }
  // Each further one is another decision: what is left then may be just enough.
  return { nodes: nodes - 1, state: { changedAt: now, lowSince: now } }
}
