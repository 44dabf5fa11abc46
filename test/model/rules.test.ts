import { describe, expect, it } from 'vitest'
import { TRIGGER_RULES, type TriggerRule } from '../../shared/dag/model.js'
import { decide } from '../../shared/planning/decide.js'
import { specOf } from '../harness/drafts.js'
import { ENDS, RULES, type End } from './rules.js'

type Upstream = End | 'open'

const task = (triggerRule: TriggerRule) => specOf({ a: { triggerRule } }).tasks[0] as NonNullable<ReturnType<typeof specOf>['tasks'][0]>

/** Every way in which up to `most` upstream tasks can stand, their order aside. */
function* standings(most: number, from: readonly Upstream[] = [...ENDS, 'open']): Generator<readonly Upstream[]> {
  yield []
  if (most === 0) return
  for (const [index, state] of from.entries()) for (const rest of standings(most - 1, from.slice(index))) yield [state, ...rest]
}

describe.each(TRIGGER_RULES)('trigger rule %s', rule => {
  it('decides every standing of up to four upstream tasks as the reference does', () => {
    let tried = 0
    for (const states of standings(4)) {
      if (states.length === 0) continue
      const count = (state: Upstream): number => states.filter(each => each === state).length
      const { verdict, because } = decide(task(rule), { up_total: states.length, up_success: count('success'), up_failed: count('failed'), up_upstream_failed: count('upstream_failed'), up_skipped: count('skipped') })
      const ends = states.filter((state): state is End => state !== 'open')
      expect(verdict, `${states.join()}: ${because}`).toBe(RULES[rule](ends, ends.length === states.length) ?? 'wait')
      tried += 1
    }
    expect(tried).toBe(125)
  })
})
