/**
 * Everything that `tasks why` may say, by code. Programs rely on the codes: they never change their meaning. docs/why.md
 * lists the same ones; a test holds the two together.
 */
export const REASONS = {
  dag_paused: 'The DAG is paused: none of its tasks start.',
  dag_inactive: 'The DAG is in no DAG file any more: it gets no new runs, and those in flight go on.',
  run_limit: 'The run is queued, because as many runs are running as the DAG, or the backfill, allows.',
  run_next: 'The run is queued and nothing holds it back: a scheduler starts it next.',
  backfill_held: 'The run is queued, because its backfill is paused or cancelled.',
  run_wanted: 'Somebody, or its timeout, wants the run to end; nothing new starts in it.',
  run_ended: 'The run has ended.',
  upstream: 'The trigger rule waits for tasks upstream.',
  upstream_task: 'One task instance upstream, and why it is in its state.',
  undecided: 'The trigger rule says what to do by now; a scheduler decides it next.',
  past: 'It waits for the run before.',
  limit_parallelism: 'Task instances that may be active at once over everything.',
  limit_dag: 'Task instances of the DAG that may be active at once.',
  limit_queue: 'Task instances on the queue that may be active at once.',
  limit_pool: 'Slots of the pool.',
  pool_kept: 'Slots of the pool that are free, and kept for a task that comes before it and needs more of them.',
  pool_missing: 'The pool does not exist, so it has no slots.',
  limit_task: 'Instances of the task that may be active at once, over all runs.',
  limit_map: 'Instances of the mapped task that may be active at once in one run.',
  holder: 'A task instance that takes of a limit.',
  dispatchable: 'There is room in every limit: the next dispatch takes it.',
  priority: 'How much the task weighs, and how many stand before it.',
  queue_position: 'Its place in the queue.',
  job_taken: 'A worker has taken its job and not yet claimed it.',
  job_missing: 'Redis has no job of it; the reconciler makes it again.',
  workers: 'Workers that serve the queue.',
  no_worker: 'Nobody serves the queue.',
  queue_paused: 'The queue is paused: no worker takes anything from it.',
  workers_hold_off: 'Workers that serve the queue and take nothing from it now.',
  redis_away: 'Redis does not answer, so the queue and its workers cannot be seen.',
  start_timeout: 'Time left to start.',
  preparing: 'A worker prepares it.',
  running: 'It runs.',
  timeout: 'Time left to run, or to wait.',
  lease: 'The lease by which its worker holds it.',
  worker_away: 'Its worker has not been heard of lately.',
  wanted: 'What somebody wants of it; settled when its attempt ends.',
  retry_due: 'It failed with tries left, and waits for the next one.',
  looking: 'It waits without a slot, and is looked at again.',
  attempt: 'How its newest attempt ended.',
  succeeded: 'It succeeded.',
  failed: 'It failed.',
  skipped: 'It was skipped.',
  upstream_failed: 'It could not run, because something upstream of it failed.',
  cancelled: 'It was cancelled.',
  trigger_rule: 'The arithmetic of its trigger rule.',
  gate: 'A branch or short circuit upstream that may skip it.',
  root_cause: 'The failure upstream from which everything else follows.',
} as const
export type ReasonCode = keyof typeof REASONS

/** One reason why a task instance is where it is. */
export interface Reason {
  readonly code: ReasonCode
  /** For people. */
  readonly text: string
  /** What the text says, for programs: times as ISO 8601 in UTC, spans in milliseconds. */
  readonly numbers: Readonly<Record<string, number | string | null>>
  /** Whether this keeps it from going on. */
  readonly blocks: boolean
  readonly children: readonly Reason[]
}

export const reason = (code: ReasonCode, text: string, more: Partial<Omit<Reason, 'code' | 'text'>> = {}): Reason =>
  ({ code, text, numbers: {}, blocks: false, children: [], ...more })

/** What keeps it from going on comes first; the rest stays in order. */
export const blockingFirst = (reasons: readonly Reason[]): Reason[] => [...reasons.filter(({ blocks }) => blocks), ...reasons.filter(({ blocks }) => !blocks)]
