const ENDED: ReadonlySet<string> = new Set(['success', 'failed', 'skipped', 'upstream_failed', 'cancelled'])

/** Whether a task is in a state that it does not leave by itself. */
export const hasEnded = (state: string): boolean => ENDED.has(state)
