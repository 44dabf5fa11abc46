import type { RunRow } from '../../shared/database/tables/dag-runs.js'
import type { TaskSpan } from '../../shared/database/tables/grids.js'
import { iso } from '../../shared/time/iso.js'
import { spanOf } from '../../shared/views/run-view.js'
import { worst, type Counts } from './run-cells.js'

/** Pure. */
export const runDurations = (runs: readonly RunRow[]) => runs.map(({ run_id, state, logical_date, due_at, started_at, ended_at }) =>
  ({ run: run_id, state: state as string, logicalDate: iso(logical_date), waitedMs: spanOf(due_at, started_at), durationMs: spanOf(started_at, ended_at) }))

/** Of a mapped task, from its first start to its last end. Pure. */
export function taskDurations(runs: readonly RunRow[], spans: readonly TaskSpan[]) {
  const byRun = new Map<number, TaskSpan[]>()
  for (const span of spans) byRun.set(span.run_key, [...byRun.get(span.run_key) ?? [], span])
  return runs.flatMap(({ run_key, run_id, logical_date }) => {
    const own = byRun.get(run_key)
    if (own === undefined) return []
    const counts: Counts = Object.fromEntries(own.map(({ state, count }) => [state, count]))
    const started = own.flatMap(({ started_at }) => started_at ?? [])
    const ended = own.flatMap(({ ended_at }) => ended_at ?? [])
    const isDone = ended.length === own.length && started.length > 0
    return [{ run: run_id, state: (worst(counts) ?? 'none') as string, logicalDate: iso(logical_date), waitedMs: null, durationMs: isDone ? spanOf(Math.min(...started), Math.max(...ended)) : null }]
  })
}
