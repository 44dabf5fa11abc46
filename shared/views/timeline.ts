import type { AttemptRow } from '../database/tables/attempts.js'
import { iso } from '../time/iso.js'

export interface TimelineStep {
  readonly step: 'queued' | 'claimed' | 'pulled' | 'started' | 'exited' | 'recorded'
  readonly at: string
  /** Milliseconds since the step before. */
  readonly tookMs: number
}

type Times = Pick<AttemptRow, 'queued_at' | 'claimed_at' | 'started_at' | 'finished_at' | 'ended_at' | 'pull_ms'>

/**
 * What became of an attempt, step by step. Starts and exits have the time of the worker's machine and the others that of the
 * database: where two clocks differ, no step is shown before the one that it follows. Pure.
 */
export function timelineOf({ queued_at, claimed_at, started_at, finished_at, ended_at, pull_ms }: Times): TimelineStep[] {
  const pulled = pull_ms === null || claimed_at === null ? null : claimed_at + pull_ms
  const times = { queued: queued_at, claimed: claimed_at, pulled, started: started_at, exited: finished_at, recorded: ended_at }
  let before = queued_at
  return (Object.entries(times) as [TimelineStep['step'], number | null][]).flatMap(([step, time]) => {
    if (time === null) return []
    const at = Math.max(before, time)
    const tookMs = Math.round(at - before)
    before = at
    return [{ step, at: iso(at) as string, tookMs }]
  })
}
