import type { TaskSpec } from '../dag/model.js'
import type { AttemptRow } from '../database/tables/attempts.js'
import type { TaskInstanceRow } from '../database/tables/task-instances.js'
import { decide, tallyText } from '../planning/decide.js'
import { attemptId } from '../protocol/attempt-id.js'
import { ACTIVE_ATTEMPT_STATES, type AttemptState } from '../states/attempt.js'
import { TaskState, type TerminalState } from '../states/task-instance.js'
import { reason, type Reason, type ReasonCode } from './reason.js'
import { count, instanceName, iso, moment, pullText, span } from './words.js'

const CODES = {
  success: 'succeeded', failed: 'failed', skipped: 'skipped', upstream_failed: 'upstream_failed', cancelled: 'cancelled',
} as const satisfies Record<TerminalState, ReasonCode>

export interface EndedFacts {
  readonly instance: TaskInstanceRow
  readonly state: TerminalState
  readonly task: TaskSpec | null
  readonly attempts: readonly AttemptRow[]
  /** Branches and short circuits above a task that was skipped without having run. */
  readonly gates: readonly TaskInstanceRow[]
  /** The failures from which an upstream_failed follows, each with how it ended. */
  readonly roots: readonly { readonly instance: TaskInstanceRow; readonly ended: readonly Reason[] }[]
}

/** How it ended: by its own attempt, by its trigger rule, or by a person. */
export function endedReasons({ instance, state, task, attempts, gates, roots }: EndedFacts): Reason[] {
  const at = instance.ended_at === null ? '' : ` at ${moment(instance.ended_at)}`
  const because = instance.reason === null ? '' : `: ${instance.reason}`
  const ended = reason(CODES[state], `it ended as ${state}${at}${because}`, {
    numbers: { endedAt: iso(instance.ended_at), reason: instance.reason, tries: instance.try_number, infrastructureLosses: instance.infra_losses },
  })
  const found = [ended, ...roots.map(rootReason)]
  // One that never ran was decided by what is upstream of it.
  if (attempts.length > 0) return [...found, ...lastAttempt(attempts)]
  return [...found, ...ruleReasons(instance, state, task), ...gates.map(gateReason)]
}

const rootReason = ({ instance, ended }: EndedFacts['roots'][number]): Reason =>
  reason('root_cause', `'${instanceName(instance)}' ${instance.state === TaskState.cancelled ? 'was cancelled' : 'failed'} first${instance.reason === null ? '' : `: ${instance.reason}`}`, {
    blocks: true, numbers: { task: instance.task_id, mapIndex: instance.map_index, state: instance.state, endedAt: iso(instance.ended_at) }, children: ended,
  })

const gateReason = (gate: TaskInstanceRow): Reason =>
  reason('gate', `'${instanceName(gate)}' upstream may skip what it does not follow; it is ${gate.state}`, { numbers: { task: gate.task_id, mapIndex: gate.map_index, state: gate.state } })

/** Only where the rule leads to this very end; a person's word or a branch has no arithmetic. */
function ruleReasons(instance: TaskInstanceRow, state: TerminalState, task: TaskSpec | null): Reason[] {
  if (task === null || instance.up_total === 0) return []
  const { verdict, because } = decide(task, instance)
  return verdict === state ? [reason('trigger_rule', because, { numbers: tallyNumbers(instance, task) })] : []
}

export const tallyNumbers = (row: TaskInstanceRow, { triggerRule }: TaskSpec): Record<string, number | string> =>
  ({ rule: triggerRule, total: row.up_total, success: row.up_success, failed: row.up_failed, upstreamFailed: row.up_upstream_failed, skipped: row.up_skipped, tally: tallyText(row) })

/** The newest attempt, unless it is still on its way. */
export function lastAttempt(attempts: readonly AttemptRow[]): Reason[] {
  const last = attempts.at(-1)
  if (last === undefined || (ACTIVE_ATTEMPT_STATES as readonly AttemptState[]).includes(last.state)) return []
  const ran = last.started_at === null || last.finished_at === null ? null : last.finished_at - last.started_at
  const where = last.worker_name === null ? '' : ` on worker ${last.worker_name}`
  const end = last.reason === 'exited' ? `exited with code ${last.exit_code ?? 'unknown'}` : last.reason === null ? last.state : `${last.reason}${last.exit_code === null ? '' : ` (exit code ${last.exit_code})`}`
  return [reason('attempt', `attempt ${attemptId({ taskInstance: last.ti_id, fence: last.fence })} (try ${last.try_number}, ${count(attempts.length, 'attempt')})${where}: ${end}${ran === null ? ', never started' : ` after ${span(ran)}`}${pullText(last)}${last.detail === null ? '' : `: ${last.detail}`}`, {
    numbers: { fence: last.fence, try: last.try_number, worker: last.worker_name, class: last.reason, exitCode: last.exit_code, detail: last.detail, ranMs: ran === null ? null : Math.round(ran), pullMs: last.pull_ms, pullBytes: last.pull_bytes },
  })]
}
