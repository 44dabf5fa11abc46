import type { Tallies } from '../database/tables/task-instances.js'
import type { TerminalState } from '../states/task-instance.js'

export const NO_TALLIES: Tallies = { up_total: 0, up_success: 0, up_failed: 0, up_upstream_failed: 0, up_skipped: 0 }

const TALLY_OF: Readonly<Record<TerminalState, keyof Tallies>> = {
  success: 'up_success', failed: 'up_failed', cancelled: 'up_failed', upstream_failed: 'up_upstream_failed', skipped: 'up_skipped',
}

/** `count` ends in this state. */
export const tallyOf = (state: TerminalState, count = 1): Tallies => ({ ...NO_TALLIES, [TALLY_OF[state]]: count })

export const addTallies = (a: Tallies, b: Tallies): Tallies => ({
  up_total: a.up_total + b.up_total, up_success: a.up_success + b.up_success, up_failed: a.up_failed + b.up_failed,
  up_upstream_failed: a.up_upstream_failed + b.up_upstream_failed, up_skipped: a.up_skipped + b.up_skipped,
})
