import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TRIGGER_RULES, type TriggerRule } from './model.js'
import { decideTrigger, type TriggerDecision, type UpstreamTally } from './trigger-rule.js'

type Ended = 'success' | 'failed' | 'upstream_failed' | 'skipped'
type Upstream = Ended | 'open'

const tally = (states: readonly Upstream[]): UpstreamTally => {
  const count = (state: Upstream): number => states.filter(each => each === state).length
  return { total: states.length, success: count('success'), failed: count('failed'), upstreamFailed: count('upstream_failed'), skipped: count('skipped') }
}

const S = 'success', F = 'failed', U = 'upstream_failed', K = 'skipped', O = 'open'

describe('trigger rules', () => {
  it.each<[TriggerRule, Upstream[], TriggerDecision]>([
    ['all_success', [S, S], 'run'], ['all_success', [S, O], 'wait'], ['all_success', [F, O], 'upstream_failed'], ['all_success', [U, O], 'upstream_failed'],
    ['all_success', [K, O], 'skipped'], ['all_success', [K, F], 'upstream_failed'],
    ['all_failed', [F, U], 'run'], ['all_failed', [F, O], 'wait'], ['all_failed', [S, O], 'skipped'], ['all_failed', [K, O], 'skipped'],
    ['all_done', [S, F, U, K], 'run'], ['all_done', [S, O], 'wait'],
    ['all_skipped', [K, K], 'run'], ['all_skipped', [K, O], 'wait'], ['all_skipped', [S, O], 'skipped'], ['all_skipped', [F, O], 'skipped'], ['all_skipped', [U, O], 'skipped'],
    ['one_success', [S, O], 'run'], ['one_success', [F, O], 'wait'], ['one_success', [F, K], 'upstream_failed'], ['one_success', [K, K], 'skipped'],
    ['one_failed', [F, O], 'run'], ['one_failed', [U, O], 'run'], ['one_failed', [S, O], 'wait'], ['one_failed', [S, K], 'skipped'],
    ['one_done', [S, O], 'run'], ['one_done', [F, O], 'run'], ['one_done', [K, O], 'wait'], ['one_done', [K, U], 'skipped'],
    ['none_failed', [S, K], 'run'], ['none_failed', [K, K], 'run'], ['none_failed', [S, O], 'wait'], ['none_failed', [F, O], 'upstream_failed'],
    ['none_failed_min_one_success', [S, K], 'run'], ['none_failed_min_one_success', [K, K], 'skipped'], ['none_failed_min_one_success', [K, O], 'wait'],
    ['none_failed_min_one_success', [U, O], 'upstream_failed'],
    ['none_skipped', [S, F, U], 'run'], ['none_skipped', [S, O], 'wait'], ['none_skipped', [K, O], 'skipped'],
    ['always', [O, O], 'run'], ['always', [F, U], 'run'],
  ])('%s with %j: %s', (rule, states, decision) => {
    expect(decideTrigger(rule, tally(states))).toBe(decision)
  })

  it.each(TRIGGER_RULES)('%s runs a task that waits for nothing', rule => {
    expect(decideTrigger(rule, tally([]))).toBe('run')
  })

  it('decide as a reference that tries every way in which the open tasks could end', () => {
    fc.assert(fc.property(fc.constantFrom(...TRIGGER_RULES), fc.array(fc.constantFrom<Upstream>(S, F, U, K, O, O), { minLength: 1, maxLength: 5 }), (rule, states) => {
      expect(decideTrigger(rule, tally(states))).toBe(bruteForce(rule, states))
    }), { numRuns: 3_000 })
  })

  it('never change their mind: once decided, more endings decide the same', () => {
    const rules = TRIGGER_RULES
    fc.assert(fc.property(fc.constantFrom(...rules), fc.array(fc.constantFrom<Upstream>(S, F, U, K, O), { minLength: 1, maxLength: 6 }), fc.constantFrom<Ended>(S, F, U, K), (rule, states, ending) => {
      const open = states.indexOf(O)
      const before = decideTrigger(rule, tally(states))
      fc.pre(open >= 0 && before !== 'wait' && !(rule === 'all_success' && before === 'skipped'))
      expect(decideTrigger(rule, tally(states.with(open, ending)))).toBe(before)
    }), { numRuns: 2_000 })
  })
})

/** What each rule says of finished upstream tasks, written down from Airflow's documentation. */
const FINAL: Record<TriggerRule, (ended: readonly Ended[]) => TriggerDecision> = {
  always: () => 'run',
  all_done: () => 'run',
  all_success: ended => (ended.every(s => s === S) ? 'run' : ended.some(failed) ? 'upstream_failed' : 'skipped'),
  all_failed: ended => (ended.every(failed) ? 'run' : 'skipped'),
  all_skipped: ended => (ended.every(s => s === K) ? 'run' : 'skipped'),
  one_success: ended => (ended.includes(S) ? 'run' : ended.every(s => s === K) ? 'skipped' : 'upstream_failed'),
  one_failed: ended => (ended.some(failed) ? 'run' : 'skipped'),
  one_done: ended => (ended.some(s => s === S || s === F) ? 'run' : 'skipped'),
  none_failed: ended => (ended.some(failed) ? 'upstream_failed' : 'run'),
  none_failed_min_one_success: ended => (ended.some(failed) ? 'upstream_failed' : ended.includes(S) ? 'run' : 'skipped'),
  none_skipped: ended => (ended.includes(K) ? 'skipped' : 'run'),
}

function failed(state: Ended): boolean {
  return state === F || state === U
}

/** Rules that let a task run while others upstream are still open. */
const RUNS_EARLY: readonly TriggerRule[] = ['always', 'one_success', 'one_failed', 'one_done']

/**
 * Decided early exactly when every completion decides the same — but running early is for some rules only, and all_success
 * does not wait to see whether skipped would turn into upstream_failed.
 */
function bruteForce(rule: TriggerRule, states: readonly Upstream[]): TriggerDecision {
  const decisions = new Set(completions(states).map(FINAL[rule]))
  if (rule === 'all_success' && states.includes(K) && decisions.size > 1) return 'skipped'
  if (decisions.size > 1) return 'wait'
  const [decision] = [...decisions] as [TriggerDecision]
  return decision === 'run' && states.includes(O) && !RUNS_EARLY.includes(rule) ? 'wait' : decision
}

function completions(states: readonly Upstream[]): Ended[][] {
  const open = states.indexOf(O)
  if (open < 0) return [states as Ended[]]
  return ([S, F, U, K] as const).flatMap(ended => completions(states.with(open, ended)))
}
