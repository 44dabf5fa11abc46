import type { Log } from '../../shared/log.js'
import { TaskState } from '../../shared/states/task-instance.js'
import type { SchedulerBus } from '../bus.js'

const QUIET: ReadonlySet<TaskState> = new Set([TaskState.success, TaskState.skipped, TaskState.upForReschedule])

/** Says in the log what changed; never that a loop went round. */
export function logEvents(bus: SchedulerBus, log: Log): void {
  bus.on('dag-source', event => { log.info(event, event.bundle === null ? 'DAG files come from the DAG folder' : 'DAG files come from a bundle') })
  bus.on('dag-synced', ({ changed, ...event }) => { if (changed) log.info(event, 'DAG version in force') })
  bus.on('dag-problem', event => { log.warn(event, 'DAG file refused; the last good version, if there is one, stays in force') })
  bus.on('run-held', event => { log.warn(event, 'DAG gets no run; tried again in a minute') })
  bus.on('runs-started', event => { log.debug(event, 'runs started') })
  bus.on('run-ended', event => { log.info(event, 'run ended') })
  bus.on('run-timed-out', event => { log.warn(event, 'run took longer than its timeout and is given up') })
  bus.on('deadline-missed', event => { log.warn(event, 'run has not ended by its deadline') })
  bus.on('attempt-ended', event => {
    if (QUIET.has(event.state)) log.debug(event, 'task ended')
    else log.warn(event, 'task did not succeed')
  })
  bus.on('attempt-lost', event => { log.warn(event, 'attempt lost') })
  bus.on('epoch-broken', event => { log.error(event, 'Redis has forgotten; recovery begins: nothing is declared lost until workers had time to re-assert their leases') })
  bus.on('enqueue-failed', ({ error, ...event }) => { log.warn({ ...event, err: error }, 'jobs are committed but not enqueued; the reconciler will enqueue them') })
  bus.on('rollout-halted', event => { log.error(event, 'roll-out halted: see `longshore releases show`') })
  bus.on('dead-letters', event => { log.error(event, 'worker event set aside: see `longshore doctor`') })
  bus.on('look-failed', ({ error, ...event }) => { log.error({ ...event, err: error }, 'a task that waits could not be looked at; it is tried again in a minute') })
  bus.on('jobs-repaired', event => { log.warn(event, 'database and Redis differed and were brought together') })
}
