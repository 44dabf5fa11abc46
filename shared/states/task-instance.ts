/**
 * The states of a task instance. Only schedulers write them, always by compare-and-set on (id, fence, state).
 *
 *   none ──► scheduled ──► queued ──► starting ──► running ──► success | failed | skipped
 *    │           ▲            └───────────┴───────────┤
 *    │           │   lost, released, retry due        ├──► up_for_retry ──────┐
 *    │           └────────────────────────────────────┼──► up_for_reschedule ─┤──► scheduled
 *    ├──► skipped, upstream_failed                    └──► cancelled
 *    └──► up_for_reschedule (what the scheduler itself waits for) ──► scheduled | success | failed | skipped
 *
 * A person clears any of them to none, marks any of them success or failed, cancels what is not terminal.
 */
export const TaskState = {
  /** Created with its run; waits for its upstream tasks. Left by planning. A crash here changes nothing. */
  none: 'none',
  /** Every dependency is satisfied; waits for a free slot. Left by dispatch, which raises the fence. */
  scheduled: 'scheduled',
  /** The attempt row is committed and its job is (or will be) in Redis. If the enqueue is lost, the reconciler repeats it. */
  queued: 'queued',
  /** A worker holds the lease and prepares the container. If it dies, the lease expires and the attempt is lost. */
  starting: 'starting',
  /** The container runs. If the worker dies, the container runs on and the next worker adopts it. */
  running: 'running',
  /** Exit code 0. Terminal. */
  success: 'success',
  /** Out of tries, or a failure that no retry can mend. Terminal. */
  failed: 'failed',
  /** The task said so by its exit code, or its trigger rule did. Terminal. */
  skipped: 'skipped',
  /** Its trigger rule can no longer be met because something upstream failed. Terminal. */
  upstreamFailed: 'upstream_failed',
  /** A person cancelled it. Terminal. */
  cancelled: 'cancelled',
  /** Failed with tries left; goes back to scheduled when the database's clock reaches `due_at`. */
  upForRetry: 'up_for_retry',
  /**
   * Waits without a slot: its container answered "not yet", it waits for the run before (depends_on_past), or the scheduler
   * does its waiting (kinds wait and trigger). Looked at again when the database's clock reaches `due_at`.
   */
  upForReschedule: 'up_for_reschedule',
} as const
export type TaskState = (typeof TaskState)[keyof typeof TaskState]

/** States with an attempt on its way to, or on, a worker. These hold slots. */
export const ACTIVE_STATES = [TaskState.queued, TaskState.starting, TaskState.running] as const satisfies readonly TaskState[]

/** States that are never left by themselves. */
export const TERMINAL_STATES = [
  TaskState.success, TaskState.failed, TaskState.skipped, TaskState.upstreamFailed, TaskState.cancelled,
] as const satisfies readonly TaskState[]

export type ActiveState = (typeof ACTIVE_STATES)[number]
export type TerminalState = (typeof TERMINAL_STATES)[number]

export const isActive = (state: TaskState): state is ActiveState => (ACTIVE_STATES as readonly TaskState[]).includes(state)
export const isTerminal = (state: TaskState): state is TerminalState => (TERMINAL_STATES as readonly TaskState[]).includes(state)

/**
 * What a person wants of a task instance whose attempt is active: its worker is asked to stop it, and when the attempt ends,
 * however it does, this decides. Only a success that was faster than `cancelled` stands.
 */
export const WantedState = { cancelled: 'cancelled', cleared: 'cleared', success: 'success', failed: 'failed' } as const
export type WantedState = (typeof WantedState)[keyof typeof WantedState]
