import type { BackfillHold } from '../database/tables/explanations.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import type { DagRow } from '../database/tables/dags.js'
import { RunState } from '../states/run.js'
import { reason, type Reason } from './reason.js'
import { count, iso, listed } from './words.js'

/** What the DAG itself has to do with it. */
export function dagReasons(dag: DagRow, runIsQueued: boolean): Reason[] {
  const reasons: Reason[] = []
  // A task that waits for a slot learns of the pause from the limits that decide.
  if (runIsQueued && dag.is_paused !== 0) reasons.push(reason('dag_paused', `DAG '${dag.dag_id}' is paused; \`longshore dags unpause ${dag.dag_id}\` lets its runs start`, { blocks: true }))
  if (dag.is_active === 0) reasons.push(reason('dag_inactive', `DAG '${dag.dag_id}' is in no DAG file any more (it was in ${dag.file}); it gets no new runs, this one goes on`))
  return reasons
}

export interface RunFacts {
  readonly dag: DagRow
  readonly run: RunRow
  readonly backfill: BackfillHold | null
  /** Runs that are running under the same limit. */
  readonly running: readonly Pick<RunRow, 'run_id'>[]
  readonly before: number
  /** Whether the query by which schedulers start runs has it in its answer. */
  readonly isStartable: boolean
}

/** Why a queued run has not started. */
export function queuedRunReasons({ dag, run, backfill, running, before, isStartable }: RunFacts): Reason[] {
  const limit = backfill?.max_active_runs ?? dag.max_active_runs
  const owner = run.backfill_key === null ? `DAG '${dag.dag_id}'` : `backfill ${run.backfill_key}`
  const numbers = { limit, running: running.length, before }
  if (backfill !== null && backfill.state !== 'active') {
    return [reason('backfill_held', `backfill ${run.backfill_key}, to which the run belongs, is ${backfill.state}`, { blocks: true, numbers })]
  }
  if (isStartable) return [reason('run_next', `the run is queued and may start: ${running.length} of ${limit} runs of ${owner} are running`, { numbers })]
  const holders = running.length === 0 ? '' : `: ${listed(running.map(({ run_id }) => run_id), running.length)}`
  return [reason('run_limit', `the run is queued: ${running.length} of ${count(limit, 'run')} of ${owner} ${running.length === 1 ? 'is' : 'are'} running${holders}; ${before === 0 ? 'it is the next' : `${count(before, 'queued run')} come${before === 1 ? 's' : ''} before it`}`, { blocks: true, numbers })]
}

/** What the state of its run means for a task. */
export function runReasons(run: RunRow): Reason[] {
  const reasons: Reason[] = []
  if (run.wanted !== null) {
    reasons.push(reason('run_wanted', `the run shall end as ${run.wanted}${run.reason === null ? '' : ` (${run.reason})`}: nothing new starts in it`, { blocks: true, numbers: { wanted: run.wanted } }))
  }
  const isOver = run.state !== RunState.queued && run.state !== RunState.running
  if (isOver) reasons.push(reason('run_ended', `the run has ended as ${run.state}`, { numbers: { state: run.state, endedAt: iso(run.ended_at) } }))
  return reasons
}
