import type { TaskSpec, WaitCondition } from '../dag/model.js'
import type { AttemptRow } from '../database/tables/attempts.js'
import type { TaskInstanceRow } from '../database/tables/task-instances.js'
import type { PastVerdict } from '../planning/past.js'
import { timeoutReasons } from './active-reasons.js'
import { lastAttempt } from './ended-reasons.js'
import { reason, type Reason } from './reason.js'
import { iso, moment, span, until } from './words.js'

/** A failed try with tries left. */
export function retryReasons(instance: TaskInstanceRow, task: TaskSpec | null, attempts: readonly AttemptRow[], now: number): Reason[] {
  const dueAt = instance.due_at ?? now
  const tries = (task?.retries ?? 0) + 1
  return [
    reason('retry_due', `try ${instance.try_number} of ${tries} is due ${until(dueAt, now)} (${moment(dueAt)})${instance.reason === null ? '' : `; before, ${instance.reason}`}`, {
      blocks: true, numbers: { dueAt: iso(dueAt), leftMs: Math.max(0, dueAt - now), try: instance.try_number, tries, infrastructureLosses: instance.infra_losses },
    }),
    ...lastAttempt(attempts),
  ]
}

/** A wait without a slot. `past` is asked of what waits for the run before, by the code that decides it. */
export function rescheduleReasons(instance: TaskInstanceRow, task: TaskSpec | null, past: PastVerdict | null, now: number): Reason[] {
  const dueAt = instance.due_at ?? now
  const what = whatFor(task)
  // What has nothing to look at says again what it waits for.
  const seen = instance.reason === null || `it ${instance.reason}` === what ? '' : `; the last look saw: ${instance.reason}`
  const look = reason('looking', `${what}${seen}; it is looked at again ${until(dueAt, now)} (${moment(dueAt)})`, {
    blocks: past === null, numbers: { dueAt: iso(dueAt), leftMs: Math.max(0, dueAt - now), seen: instance.reason, since: iso(instance.started_at), everyMs: task?.pokeInterval ?? null },
  })
  if (past !== null) return [pastReason(past), look]
  return [look, ...timeoutReasons(task?.kind === 'wait' || task?.kind === 'trigger' ? task.timeout : null, instance.started_at, now, task?.wait?.onTimeout === 'skip' ? 'is skipped' : 'fails')]
}

export const pastReason = ({ ok, because }: PastVerdict): Reason =>
  reason('past', ok ? `the run before lets it run: ${because}` : `it depends on the past: ${because}`, { blocks: !ok })

function whatFor(task: TaskSpec | null): string {
  switch (task?.kind) {
    case 'wait': return `it waits for ${task.wait === null ? 'a condition' : conditionText(task.wait)}`
    case 'trigger': return task.trigger?.wait === true ? `it waits for the run of DAG '${task.trigger.dag}' that it started` : `it starts a run of DAG '${task.trigger?.dag ?? ''}'`
    default: return 'it waits without a slot'
  }
}

function conditionText(condition: WaitCondition): string {
  switch (condition.kind) {
    case 'time': return `the time ${condition.until}`
    case 'dag': return `${condition.task === null ? '' : `task '${condition.task}' of `}DAG '${condition.dag}'${condition.offset === 0 ? '' : ` of ${span(condition.offset)} before`}`
    case 'http': return `an answer of ${condition.url}`
    case 'event': return `the event '${condition.event}'`
  }
}
