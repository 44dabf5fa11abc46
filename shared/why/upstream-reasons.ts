import type { TaskSpec } from '../dag/model.js'
import type { TaskInstanceRow } from '../database/tables/task-instances.js'
import { decide } from '../planning/decide.js'
import { isTerminal } from '../states/task-instance.js'
import { tallyNumbers } from './ended-reasons.js'
import { reason, type Reason } from './reason.js'
import { instanceName, listed } from './words.js'

/** Upstream instances told one by one; the rest is in the numbers of the rule. */
const MOST_CHILDREN = 20

export interface UpstreamFacts {
  readonly instance: TaskInstanceRow
  readonly task: TaskSpec
  /** What is directly upstream. */
  readonly upstream: readonly TaskInstanceRow[]
  /** Why the first of them that is open has not ended; null when none is. */
  readonly first: { readonly instance: TaskInstanceRow; readonly why: readonly Reason[] } | null
}

/** What its trigger rule waits for: the rule decides here as it does in the scheduler. */
export function upstreamReasons({ instance, task, upstream, first }: UpstreamFacts): Reason[] {
  const { verdict, because } = decide(task, instance)
  const numbers = tallyNumbers(instance, task)
  if (verdict !== 'wait') {
    return [reason('undecided', `${because}: that means ${verdict === 'run' ? 'that it may run' : verdict}; a scheduler is about to decide it`, { numbers: { ...numbers, verdict } })]
  }
  const open = upstream.filter(({ state }) => !isTerminal(state))
  const names = listed(open.map(row => `'${instanceName(row)}' (${row.state})`))
  return [reason('upstream', `it waits for ${names === '' ? 'tasks upstream' : names}; ${because}`, {
    blocks: true, numbers, children: children(upstream, open, first),
  })]
}

/** What is open comes first; what has ended tells only its state. */
function children(upstream: readonly TaskInstanceRow[], open: readonly TaskInstanceRow[], first: UpstreamFacts['first']): Reason[] {
  const ordered = [...(first === null ? [] : [first.instance]), ...open.filter(({ ti_id }) => ti_id !== first?.instance.ti_id), ...upstream.filter(({ state }) => isTerminal(state))]
  return ordered.slice(0, MOST_CHILDREN).map(row => reason('upstream_task', `'${instanceName(row)}' is ${row.state}`, {
    blocks: !isTerminal(row.state), numbers: { task: row.task_id, mapIndex: row.map_index, state: row.state }, children: row.ti_id === first?.instance.ti_id ? first.why : [],
  }))
}
